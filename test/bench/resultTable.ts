import { meetsAim, summarise } from './measure';
import type { Measurement } from './measure';

const heading = ['benchmark', 'unit', 'n', 'median', 'p95', 'max', 'aim', ''];

/** The results as text in columns, with the aims and whether they were met at the end of each line. */
export function resultTable(measurements: readonly Measurement[]): string {
  const rows = [heading, ...measurements.map(rowOf)];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => aligned(cell, column, widths[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

function rowOf(measurement: Measurement): string[] {
  const result = summarise(measurement);
  const { name, unit, n, p50, p95, max } = result;
  const numbers = [String(n), ...[p50, p95, max].map((value) => value.toFixed(1))];
  const { aims = [] } = measurement;
  const isMet = aims.every((aim) => meetsAim(result, aim));
  const wanted = aims.map(({ below, of = 'p50' }) => `${of} < ${below}`).join(', ');
  return [name, unit, ...numbers, wanted, aims.length === 0 ? '' : isMet ? 'met' : 'MISSED'];
}

/** Words to the left, numbers to the right. */
function aligned(cell: string, column: number, width: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
