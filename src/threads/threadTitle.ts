/** Fits, with the age behind it, into a side bar of the usual width. */
const MAX_LENGTH = 32;

/** Control characters and the marks that turn the direction of text: no row may be disguised by them. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `text` on one line, without anything that could disguise what it says. */
export function singleLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').replace(/\s+/gu, ' ').trim();
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
  if (line.length <= length) return line;
  const characters = Array.from(line.slice(0, 2 * length + 2)); // a character takes one or two units
  if (characters.length <= length) return line;
  const head = characters.slice(0, length).join('');
  const lastBlank = head.lastIndexOf(' ');
  return `${(lastBlank > length / 2 ? head.slice(0, lastBlank) : head).trimEnd()}…`;
}
