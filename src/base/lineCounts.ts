/** How many lines a change added and removed. */
export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** A change of one file as codex tells it: the content of an added or deleted file, else bare hunks. */
export interface FileDiff {
  readonly kind: 'add' | 'delete' | 'update';
  readonly diff: string;
}

/** Begins a line of the names of the files, before the first hunk. */
export const DIFF_HEADER = /^(?:---|\+\+\+|diff |index )/;

/** How many lines a change of one file added and removed. */
export function lineCounts({ kind, diff }: FileDiff): LineCounts {
  if (kind === 'add') return { added: countLines(diff), removed: 0 };
  if (kind === 'delete') return { added: 0, removed: countLines(diff) };
  let [added, removed] = [0, 0];
  let isInHunk = false;
  for (let at = 0; at !== -1 && at < diff.length; at = nextLine(diff, at)) {
    isInHunk ||= diff.startsWith('@@', at);
    if (!isInHunk && DIFF_HEADER.test(diff.slice(at, at + 6))) continue;
    if (diff[at] === '+') added += 1;
    if (diff[at] === '-') removed += 1;
  }
  return { added, removed };
}

/** How many lines a text has; the last one may lack its end. An empty text has none. */
export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return text === '' || text.endsWith('\n') ? count : count + 1;
}

/** Where the next line begins, or -1. */
function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? -1 : end + 1;
}
