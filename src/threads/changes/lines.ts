/** The lines of a text with their line ends; the last one may have none. An empty text has no line. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const whole = lines.map((line) => `${line}\n`);
  return rest === '' ? whole : [...whole, rest];
}
