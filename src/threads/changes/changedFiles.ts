import type { Turn } from '../history/turn';
import type { FileEdit } from '../turnItem';
import { lineCounts } from '../../base/lineCounts';
import type { LineCounts } from '../../base/lineCounts';
import { pathAfter, trackFiles } from './fileTrack';
import type { FileTrack } from './fileTrack';

/** What one turn, or a whole thread, made of one file. */
export interface ChangedFile extends LineCounts {
  /** Absolute: where the file was before, or where it is when it is new. */
  readonly path: string;
  /** Where it was moved to. */
  readonly movedTo: string | undefined;
  readonly kind: FileEdit['kind'];
  /** In the order in which they were made. */
  readonly edits: readonly FileEdit[];
}

/** A turn's or a thread's changes in numbers. */
export interface ChangeTotals extends LineCounts {
  readonly files: number;
}

/** The files that a turn changed, by path; without those that it added and deleted again. */
export function changesOfTurn(turn: Turn): ChangedFile[] {
  return changesOfThread([turn]);
}

/** The files that turns changed together, oldest turn first; by path. */
export function changesOfThread(turns: readonly Turn[]): ChangedFile[] {
  return trackFiles(turns)
    .flatMap((track) => changedFile(track) ?? [])
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** What a turn changed, in numbers; undefined when it changed no file. */
export function turnTotals(turn: Turn): ChangeTotals | undefined {
  const files = changesOfTurn(turn);
  if (files.length === 0) return undefined;
  const sum = (of: (file: ChangedFile) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  return { files: files.length, added: sum(({ added }) => added), removed: sum(({ removed }) => removed) };
}

/** True for every name that the file had. */
export function isNamed({ path, movedTo, edits }: ChangedFile, name: string): boolean {
  return [path, movedTo, ...edits.flatMap((edit) => [edit.path, edit.movedTo])].includes(name);
}

/** All edits of a track in one; undefined when nothing is left of them. */
export function changedFile({ edits: tracked }: Pick<FileTrack, 'edits'>): ChangedFile | undefined {
  const edits = tracked.map(({ edit }) => edit);
  const [first, last] = [edits[0], edits.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [isNew, isGone] = [first.kind === 'add', last.kind === 'delete'];
  if (isNew && isGone) return undefined;
  const path = isNew ? pathAfter(last) : first.path;
  const isMoved = !isNew && !isGone && pathAfter(last) !== path;
  return {
    path,
    movedTo: isMoved ? pathAfter(last) : undefined,
    kind: isNew ? 'add' : isGone ? 'delete' : 'update',
    ...countsOf(edits, isNew, isGone),
    edits,
  };
}

/** A new file has only added lines, however often the turn went over it; one that went has only removed ones. */
function countsOf(edits: readonly FileEdit[], isNew: boolean, isGone: boolean): LineCounts {
  const counts = edits.map(lineCounts);
  const added = counts.reduce((sum, count) => sum + count.added, 0);
  const removed = counts.reduce((sum, count) => sum + count.removed, 0);
  if (isNew) return { added: Math.max(0, added - removed), removed: 0 };
  if (isGone) return { added: 0, removed: Math.max(0, removed - added) };
  return { added, removed };
}
