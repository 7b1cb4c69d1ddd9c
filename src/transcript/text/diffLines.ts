/** A line of a diff as it is shown. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'context' | 'hunk';
  /** Of the new file, of removed lines of the old one; undefined for what is no line of the file. */
  readonly number: number | undefined;
  readonly text: string;
}

/** As codex tells a change: the whole content of a file that comes or goes, bare hunks of one that changes. */
export interface DiffSource {
  readonly kind: 'add' | 'delete' | 'update';
  readonly diff: string;
}

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** Names of the files, before the first hunk. */
const HEADER = /^(?:---|\+\+\+|diff |index )/;

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;

/** How many lines came and went. Without making the lines: a change may have millions. */
export function countLines({ kind, diff }: DiffSource): LineCounts {
  const counts = { added: 0, removed: 0 };
  let isInHunk = false;
  for (let start = 0; start < diff.length;) {
    if (kind === 'add') counts.added++;
    else if (kind === 'delete') counts.removed++;
    else if (diff.startsWith('@@', start)) isInHunk = true;
    else if (isInHunk || !HEADER.test(diff.slice(start, start + 6))) {
      if (diff[start] === '+') counts.added++;
      else if (diff[start] === '-') counts.removed++;
    }
    const lineBreak = diff.indexOf('\n', start);
    start = lineBreak === -1 ? diff.length : lineBreak + 1;
  }
  return counts;
}

/** The lines of a change, in their order. */
export function diffLines({ kind, diff }: DiffSource): DiffLine[] {
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
    } else if (!isInHunk && HEADER.test(line)) {
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
