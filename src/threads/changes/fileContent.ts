import type { FileEdit } from '../turnItem';
import { applyHunks, parseHunks, reverseHunks } from './hunks';

/** The text of a file; null where there is no such file. */
export type FileContent = string | null;

/** What an edit makes of a file; undefined when it does not fit. */
export async function carryOut(edit: FileEdit, before: FileContent): Promise<FileContent | undefined> {
  if (edit.kind === 'add') return edit.diff; // also over a file that is there
  if (edit.kind === 'delete') return before === edit.diff ? null : undefined;
  const hunks = await parseHunks(edit.diff);
  return hunks === undefined || before === null ? undefined : applyHunks(before, hunks);
}

/**
 * What a file was before an edit; undefined when the edit is not to be found in it exactly. For an added file
 * that is nothing, though codex also calls it an add when it overwrites a file.
 */
export async function takeBack(edit: FileEdit, after: FileContent): Promise<FileContent | undefined> {
  if (edit.kind === 'add') return after === edit.diff ? null : undefined;
  if (edit.kind === 'delete') return after === null ? edit.diff : undefined;
  const hunks = await parseHunks(edit.diff);
  return hunks === undefined || after === null ? undefined : applyHunks(after, reverseHunks(hunks));
}
