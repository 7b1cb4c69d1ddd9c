import { splitLines } from './lines';

/** Lines of the base that one side has replaced by others. */
interface Region {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly lines: readonly string[];
}

/** Two texts without anything in common take long to compare (ms). */
const PATIENCE_MS = 2_000;

/**
 * Brings two changes of one text together. Undefined where both changed the same lines, or lines that
 * touch; and where comparing them takes too long.
 */
export async function mergeLines(base: string, one: string, other: string): Promise<string | undefined> {
  if (one === base) return other;
  if (other === base) return one;
  const lines = splitLines(base);
  const [ours, theirs] = [await regionsOf(lines, one), await regionsOf(lines, other)];
  if (ours === undefined || theirs === undefined) return undefined;
  const isTouched = (a: Region): boolean => theirs.some((b) => a.start <= b.end && b.start <= a.end);
  if (ours.some(isTouched)) return undefined;
  const parts: (readonly string[])[] = [];
  let next = 0;
  for (const region of [...ours, ...theirs].sort((a, b) => a.start - b.start)) {
    parts.push(lines.slice(next, region.start), region.lines);
    next = region.end;
  }
  return [...parts, lines.slice(next)].flat().join('');
}

async function regionsOf(base: string[], text: string): Promise<Region[] | undefined> {
  const { diffArrays } = await import('diff');
  const parts = diffArrays(base, splitLines(text), { timeout: PATIENCE_MS });
  if (parts === undefined) return undefined;
  const regions: Region[] = [];
  let at = 0;
  let open: { start: number; end: number; lines: string[] } | undefined;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      at += value.length;
      open = undefined;
      continue;
    }
    if (open === undefined) regions.push((open = { start: at, end: at, lines: [] }));
    if (removed) open.end = at += value.length;
    else open.lines = value;
  }
  return regions;
}
