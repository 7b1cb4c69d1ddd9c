import { structuredPatch } from 'diff';
import fc from 'fast-check';

/** Lines that look like parts of a diff, that repeat, and that end as Windows has it. */
const line = fc.oneof(
  fc.constantFrom('', '}', ' }', '@@ -1 +1 @@', '--- a', '+++ b', '-', '+', '\\ No newline at end of file'),
  fc.constantFrom('a', 'b', 'c', 'd', '\tx'),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\n', '')),
);

/** A text of lines with LF, CRLF or both, with or without a last line end. */
export const text: fc.Arbitrary<string> = fc
  .record({
    lines: fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 30 }),
    hasLastEnd: fc.boolean(),
  })
  .map(({ lines, hasLastEnd }) => {
    const whole = lines.map(([content, end]) => content + end).join('');
    return hasLastEnd ? whole : whole.replace(/\r?\n$/, '');
  });

/** A text and one that somebody made of it by changing some of its lines. */
export const edited: fc.Arbitrary<readonly [string, string]> = fc
  .tuple(
    text,
    fc.array(fc.record({ at: fc.nat(), count: fc.nat(2), lines: fc.array(line, { maxLength: 3 }) }), {
      maxLength: 4,
    }),
  )
  .map(([before, changes]) => {
    const lines = before.split('\n');
    for (const change of changes) lines.splice(change.at % (lines.length + 1), change.count, ...change.lines);
    return [before, lines.join('\n')] as const;
  });

/** The hunks between two texts as codex writes them: one line around each, no file names. */
export function diffOf(before: string, after: string): string {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 1 });
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      const range = (start: number, count: number): string =>
        count === 1 ? `${start}` : `${start - (count === 0 ? 1 : 0)},${count}`;
      return `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.map((each) => `${each}\n`).join('')}`;
    })
    .join('');
}
