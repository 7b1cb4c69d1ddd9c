import { size } from './amounts';

/** Characters of a line that are shown; the rest of a minified file says nothing to anybody. */
const MAX_LINE = 4_000;

/** Output with line breaks as `\n`, progress bars as they stood at last, and long lines cut in the middle. */
export function outputLines(output: string): string {
  const text = output.includes('\r') ? withoutReturns(output) : output;
  return text.length > MAX_LINE ? withShortLines(text) : text;
}

/** A carriage return begins the line anew. */
function withoutReturns(output: string): string {
  return output
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).replace(/\r$/, ''))
    .join('\n');
}

function withShortLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.length > MAX_LINE ? shortLine(line) : line))
    .join('\n');
}

/** A line of which the middle is left out, and said so. */
export function shortLine(line: string): string {
  if (line.length <= MAX_LINE) return line;
  const half = MAX_LINE / 2;
  return `${line.slice(0, half)} … ${size(line.length - MAX_LINE)} left out … ${line.slice(-half)}`;
}
