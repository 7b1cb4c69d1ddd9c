import { duration } from '../../base/duration';

/** Of a step: nothing for one that was over at once. */
export function stepDuration(ms: number | undefined): string | undefined {
  return ms === undefined || ms < 500 ? undefined : duration(ms);
}

/** "16 kB", "1.2 MB": characters of an output, counted as bytes. */
export function size(characters: number): string {
  if (characters < 1000) return `${characters} B`;
  const kilobytes = characters / 1000;
  return kilobytes < 1000 ? `${Math.round(kilobytes)} kB` : `${(kilobytes / 1000).toFixed(1)} MB`;
}

/** "980", "12.4k", "1.2M": a number of tokens. */
export function count(number: number): string {
  if (number < 1000) return String(number);
  const thousands = number / 1000;
  if (thousands < 999.95) return `${thousands.toFixed(thousands < 99.95 ? 1 : 0)}k`;
  return `${(thousands / 1000).toFixed(1)}M`;
}

/** "1 file", "3 files". */
export function counted(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number.toLocaleString('en-US')} ${noun}s`;
}
