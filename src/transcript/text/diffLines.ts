import { DIFF_HEADER } from '../../base/lineCounts';
import type { FileDiff } from '../../base/lineCounts';

/** A line of a diff as it is shown. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'context' | 'hunk';
  /** Of the new file, of removed lines of the old one; undefined for what is no line of the file. */
  readonly number: number | undefined;
  readonly text: string;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;

/** The lines of a change, in their order. */
export function diffLines({ kind, diff }: FileDiff): DiffLine[] {
  if (kind === 'update') return hunkLines(diff);
  const lineKind = kind === 'add' ? 'added' : 'removed';
  return contentLines(diff).map((text, i) => ({ kind: lineKind, number: i + 1, text }));
}

function hunkLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let [before, after] = [1, 1];
  let isInHunk = false;
  for (const line of contentLines(diff)) {
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      isInHunk = true;
      lines.push({ kind: 'hunk', number: undefined, text: hunk[3] ?? '' });
    } else if (!isInHunk && DIFF_HEADER.test(line)) {
      continue;
    } else if (line.startsWith('+')) {
      lines.push({ kind: 'added', number: after++, text: line.slice(1) });
    } else if (line.startsWith('-')) {
      lines.push({ kind: 'removed', number: before++, text: line.slice(1) });
    } else if (!line.startsWith('\\')) {
      lines.push({ kind: 'context', number: after++, text: line.slice(1) });
      before++;
    }
  }
  return lines;
}

/** A line break at the end ends the last line, and begins none. */
function contentLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
