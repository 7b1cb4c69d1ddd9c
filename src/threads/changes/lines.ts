/** The lines of a text with their line ends; the last one may have none. An empty text has no line. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const whole = lines.map((line) => `${line}\n`);
  return rest === '' ? whole : [...whole, rest];
}

/** How many lines {@link splitLines} would give, without making them. */
export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return text === '' || text.endsWith('\n') ? count : count + 1;
}
