/** Fits, with the age behind it, into a side bar of the usual width. */
const MAX_LENGTH = 32;

/** Emoji, whose parts may be joined by characters that cannot be seen by themselves; they stay as they are. */
const EMOJI =
  /(?:\p{ExtPict}[\ufe0e\ufe0f]?\p{EMod}?(?:\u200d\p{ExtPict}\ufe0f?\p{EMod}?)*|[0-9#*]\ufe0f\u20e3)/u;

/**
 * Characters that nobody sees, but that change what others look like: marks that turn the direction of text,
 * zero-width ones, soft hyphens, fillers, tags, annotations. Visible format characters, such as the Arabic
 * number sign, are none of them.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

const EMOJI_OR_INVISIBLE = new RegExp(`(${EMOJI.source})|${INVISIBLE.source}`, 'gu');

/** Words of printable ASCII with one blank in between: most lines, and nothing has to be done to them. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** `text` on one line, without anything that could disguise what it says. */
export function singleLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(EMOJI_OR_INVISIBLE, '$1')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/**
 * The same with its line breaks and tabs. Of an escape sequence only the escape character goes: to a shell that
 * reads the text the rest is a part of the command, and hiding it would be a disguise of its own.
 */
export function multiLine(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(EMOJI_OR_INVISIBLE, '$1')
    .replace(/[\u2028\u2029]/g, ' ')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

/** The first line of a prompt that says something, cut at a word. */
export function titleOf(prompt: string | undefined, fallback: string): string {
  for (const line of (prompt ?? '').slice(0, 4096).split('\n')) {
    const text = singleLine(line);
    if (text !== '') return cutAtWord(text, MAX_LENGTH);
  }
  return fallback;
}

/** At most `length` characters of `line`, ending with a whole word and an ellipsis where it was cut. */
export function cutAtWord(line: string, length: number): string {
  let end = 0;
  for (let i = 0; i < length && end < line.length; i++) end += (line.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  if (end >= line.length) return line;
  const head = line.slice(0, end);
  const lastBlank = head.lastIndexOf(' ');
  const kept = lastBlank > length / 2 ? head.slice(0, lastBlank) : head;
  return `${kept.replace(/[\s…]+$/u, '')}…`;
}
