import type { FileEdit } from '../turnItem';

/** How many lines edits add and remove. */
export interface ChangeTotals {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

export function totalsOfEdits(edits: readonly FileEdit[]): ChangeTotals {
  const counts = edits.map(lineCounts);
  return {
    files: new Set(edits.map(({ path }) => path)).size,
    added: counts.reduce((sum, { added }) => sum + added, 0),
    removed: counts.reduce((sum, { removed }) => sum + removed, 0),
  };
}

/** "+12 −3"; undefined without any edit. */
export function totalsText(edits: readonly FileEdit[]): string | undefined {
  if (edits.length === 0) return undefined;
  const { added, removed } = totalsOfEdits(edits);
  return `+${added} −${removed}`;
}

/** An added or deleted file's `diff` is its content; an updated one's is hunks. */
function lineCounts({ kind, diff }: FileEdit): { added: number; removed: number } {
  const lines = diff.split('\n');
  if (kind === 'update') {
    const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
    return { added: count('+'), removed: count('-') };
  }
  const count = diff === '' ? 0 : lines.length - Number(diff.endsWith('\n'));
  return kind === 'add' ? { added: count, removed: 0 } : { added: 0, removed: count };
}
