import { splitLines } from './lines';

/** One place of a file that an edit changed, with the lines around it. Lines keep their line ends. */
export interface Hunk {
  /** Where it begins before and after the edit, counted from 0. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What codex adds to the hunks of a file that was moved. */
const MOVED = /\n\nMoved to: .+$/;

/** The hunks of an `update`; none of a mere move. Undefined where the text is anything else than hunks. */
export async function parseHunks(diff: string): Promise<readonly Hunk[] | undefined> {
  const { parsePatch } = await import('diff'); // not before somebody looks at changes
  const text = diff.replace(MOVED, '');
  let patches;
  try {
    patches = parsePatch(text);
  } catch {
    return undefined; // no diff: the caller says so
  }
  const hunks = patches[0]?.hunks ?? [];
  // jsdiff passes over what is no hunk; here that would be a part of the edit left out.
  const understood = hunks.reduce((count, { lines }) => count + 1 + lines.length, 0);
  if (patches.length > 1 || understood !== splitLines(text).length) return undefined;
  return hunks.map(({ oldStart, newStart, lines }) => ({
    oldStart: oldStart - 1,
    newStart: newStart - 1,
    before: sideOf(lines, '-'),
    after: sideOf(lines, '+'),
  }));
}

/** The hunks that undo those. */
export function reverseHunks(hunks: readonly Hunk[]): Hunk[] {
  return hunks.map(({ oldStart, newStart, before, after }) => ({
    oldStart: newStart,
    newStart: oldStart,
    before: after,
    after: before,
  }));
}

/**
 * Carries hunks out on a text in which every line that they name stands exactly as they say, line ends
 * included. A hunk that is not at its place may be at one other, and only one: lines were added or removed
 * above it. Undefined when one does not fit. (jsdiff's own would take the nearest of several places.)
 */
export function applyHunks(text: string, hunks: readonly Hunk[]): string | undefined {
  const lines = splitLines(text);
  const parts: (readonly string[])[] = [];
  let next = 0;
  let shift = 0;
  for (const { oldStart, before, after } of hunks) {
    const at = placeOf(lines, before, oldStart + shift, next);
    if (at === undefined) return undefined;
    const end = at + before.length;
    const isJoined = after.at(-1)?.endsWith('\n') === false && end < lines.length;
    if (isJoined) return undefined;
    parts.push(lines.slice(next, at), after);
    next = end;
    shift = at - oldStart;
  }
  return [...parts, lines.slice(next)].flat().join('');
}

function placeOf(
  lines: readonly string[],
  wanted: readonly string[],
  expected: number,
  from: number,
): number | undefined {
  // Only the edit of an empty file has no line around it.
  if (wanted.length === 0) return lines.length === 0 ? 0 : undefined;
  if (expected >= from && isAt(lines, wanted, expected)) return expected;
  let found: number | undefined;
  for (let at = from; at + wanted.length <= lines.length; at++) {
    if (!isAt(lines, wanted, at)) continue;
    if (found !== undefined) return undefined;
    found = at;
  }
  return found;
}

function isAt(lines: readonly string[], wanted: readonly string[], at: number): boolean {
  return wanted.every((line, i) => lines[at + i] === line);
}

/** The lines that stay and those that are marked with `sign`. */
function sideOf(lines: readonly string[], sign: '-' | '+'): string[] {
  return lines.flatMap((line, i) => {
    const mark = line[0] ?? ' ';
    if (mark !== ' ' && mark !== sign) return [];
    const hasNoEnd = lines[i + 1]?.startsWith('\\') === true; // "\ No newline at end of file"
    return [hasNoEnd ? line.slice(1) : `${line.slice(1)}\n`];
  });
}
