/** One thing that the model does; a prompt's directives become these, in their order. */
export type Step =
  | { kind: 'say'; text: string }
  | { kind: 'stream' | 'reason' | 'slow'; seconds: number }
  | { kind: 'big'; kilobytes: number }
  | { kind: 'run' | 'background' | 'ask'; command: string }
  | { kind: 'edit'; path: string; text: string | undefined }
  | { kind: 'tool'; name: string; input: string | undefined }
  | { kind: 'question'; text: string }
  | { kind: 'fail'; reason: string }
  | { kind: 'drop' | 'cut' | 'hang' };

const numeric: ReadonlySet<string> = new Set(['stream', 'reason', 'slow', 'big']);
const withValue = 'say|stream|reason|slow|big|run|background|ask|edit|tool|question|fail';
const bare = 'drop|cut|hang';
const start = `(?<=^|\\s)(?:(${withValue}):|(${bare})(?=\\s*$|\\s+(?:${withValue}):|\\s+(?:${bare})\\b))`;

/**
 * The directives of a prompt. A value is quoted (`"…"` with `\n`, `\t`, `\"` and `\\`; `'…'` as it stands),
 * or reaches to the next directive or the end of its line. Words that are no directive are skipped.
 */
export function parseDirectives(prompt: string): Step[] {
  const steps: Step[] = [];
  const directive = new RegExp(start, 'gm');
  for (let match = directive.exec(prompt); match !== null; match = directive.exec(prompt)) {
    const [, name, word] = match;
    if (word === 'drop' || word === 'cut' || word === 'hang') {
      steps.push({ kind: word });
    } else if (name !== undefined) {
      const value = readValue(prompt, directive.lastIndex, name);
      directive.lastIndex = value.end;
      steps.push(...stepOf(name, value));
    }
  }
  return steps;
}

interface Value {
  text: string;
  /** What follows a `=`; only `edit` and `tool` have it. */
  second?: string;
  /** Index in the prompt behind the value. */
  end: number;
}

/** Empty for what only looks like a directive: `reason: because…`. */
function stepOf(name: string, { text, second }: Value): Step[] {
  const number = Number(text);
  if (text === '' || (numeric.has(name) && !(number >= 0))) return [];
  switch (name) {
    case 'say':
    case 'question':
      return [{ kind: name, text }];
    case 'stream':
    case 'reason':
    case 'slow':
      return [{ kind: name, seconds: number }];
    case 'big':
      return [{ kind: name, kilobytes: number }];
    case 'run':
    case 'background':
    case 'ask':
      return [{ kind: name, command: text }];
    case 'edit':
      return [{ kind: name, path: text, text: second }];
    case 'tool':
      return [{ kind: name, name: text, input: second }];
    case 'fail':
      return [{ kind: name, reason: text }];
    default:
      return [];
  }
}

function readValue(prompt: string, from: number, name: string): Value {
  if (name !== 'edit' && name !== 'tool') return readText(prompt, from, name === 'fail' || numeric.has(name));
  const path = isQuote(prompt[from]) ? readText(prompt, from, false) : readPath(prompt, from);
  if (prompt[path.end] !== '=') return path;
  const text = readText(prompt, path.end + 1, false);
  return { text: path.text, second: text.text, end: text.end };
}

function readPath(prompt: string, from: number): Value {
  const text = /^[^\s=]*/.exec(prompt.slice(from))?.[0] ?? '';
  return { text, end: from + text.length };
}

function readText(prompt: string, from: number, isOneWord: boolean): Value {
  const rest = prompt.slice(from);
  const quoted = /^"((?:\\.|[^"\\])*)"|^'([^']*)'/s.exec(rest);
  if (quoted) {
    const text = quoted[1] === undefined ? (quoted[2] ?? '') : unescape(quoted[1]);
    return { text, end: from + quoted[0].length };
  }
  const limit = isOneWord ? /\s|$/ : new RegExp(`\\s+${start}|$`, 'm');
  const text = rest.slice(0, limit.exec(rest)?.index);
  return { text: text.trim(), end: from + text.length };
}

function unescape(text: string): string {
  const meanings: Record<string, string> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };
  return text.replace(/\\(.)/gs, (whole, letter: string) => meanings[letter] ?? whole);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}
