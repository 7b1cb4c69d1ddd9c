import { keepStart } from './itemText';
import type { HistoryItem, Turn } from './turn';

/** The id of the item that holds it; no item of codex has one like it. */
export const LOST_ANSWER = 'output';

/**
 * A turn that did not complete and has all its items, with what its run had said and codex has forgotten. Itself
 * when its items hold all of it.
 * @param output everything that was said in the turn, or the end of it
 */
export function withLostAnswer(turn: Turn, output: string): Turn {
  const text = untold(output, turn.items);
  if (text === '') return turn;
  const answer: HistoryItem = {
    ...{ id: LOST_ANSWER, kind: 'message', status: 'interrupted', isFinal: true },
    text: keepStart(text),
  };
  return { ...turn, items: [...turn.items, answer] };
}

/** The output without the messages that it begins with; empty when one of the messages holds the rest. */
function untold(output: string, items: readonly HistoryItem[]): string {
  const texts = items.flatMap((item) => (item.kind === 'message' || item.kind === 'review' ? item.text : []));
  let rest = output;
  for (const text of texts) rest = rest.slice(lengthAtStart(rest, text));
  const core = withoutBlanks(rest);
  if (core === '') return '';
  return texts.some((text) => withoutBlanks(text).includes(core)) ? '' : rest.replace(/^\s*\n/, '');
}

/**
 * How much of the start of `text` is `part`; 0 when it does not begin with it. Blanks do not count: a log
 * indents lines that could be taken for its own.
 */
function lengthAtStart(text: string, part: string): number {
  let at = 0;
  for (const char of part) {
    if (isBlank(char)) continue;
    while (at < text.length && isBlank(text.charAt(at))) at++;
    if (!text.startsWith(char, at)) return 0;
    at += char.length;
  }
  return at;
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}

function isBlank(char: string): boolean {
  return /^\s$/.test(char);
}
