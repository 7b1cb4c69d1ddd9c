import { carryOut, takeBack } from './fileContent';
import type { FileContent } from './fileContent';
import type { TrackedEdit } from './fileTrack';

/** A file around one edit; undefined where that cannot be told any more. */
export interface EditContents {
  readonly before: FileContent | undefined;
  readonly after: FileContent | undefined;
}

/**
 * What a file was before and after each edit of it: told backwards from what it is now (undefined: unknown),
 * and where that does not lead on, from the edits that hold the whole file. What others changed in between is
 * in all contents before it, where it touched other lines.
 */
export async function contentsOf(
  edits: readonly TrackedEdit[],
  present: FileContent | undefined,
): Promise<EditContents[]> {
  const backwards = await goBack(edits, present);
  const contents: EditContents[] = [];
  for (const [i, { edit }] of edits.entries()) {
    let { before, after } = backwards[i] ?? { before: undefined, after: undefined };
    if (before === undefined) before = contents[i - 1]?.after;
    if (after === undefined && before !== undefined) after = await carryOut(edit, before);
    contents.push({ before, after });
  }
  return contents;
}

/** The same, told onwards from what the file was before its first edit: for what has been taken back. */
export async function contentsFrom(
  edits: readonly TrackedEdit[],
  first: FileContent | undefined,
): Promise<EditContents[]> {
  const contents: EditContents[] = [];
  let before = first;
  for (const { edit } of edits) {
    const after = before === undefined ? undefined : await carryOut(edit, before);
    contents.push({ before, after });
    before = after;
  }
  return contents;
}

async function goBack(
  edits: readonly TrackedEdit[],
  present: FileContent | undefined,
): Promise<EditContents[]> {
  const contents: EditContents[] = [];
  let current = present;
  for (const [i, { edit }] of [...edits.entries()].reverse()) {
    const around = await contentsAround(edit, current, i === 0);
    contents.unshift(around);
    current = around.before;
  }
  return contents;
}

async function contentsAround(
  edit: TrackedEdit['edit'],
  current: FileContent | undefined,
  isFirst: boolean,
): Promise<EditContents> {
  // What an add overwrote is for the earlier edits to tell.
  if (edit.kind === 'add') return { before: isFirst ? null : undefined, after: edit.diff };
  if (edit.kind === 'delete') return { before: edit.diff, after: null };
  const before = current === undefined ? undefined : await takeBack(edit, current);
  return before === undefined ? { before, after: undefined } : { before, after: current };
}
