import { isAbsolute } from 'node:path';
import type { FileEdit } from '../turnItem';
import { hunkDocuments } from './hunkDocument';
import { applyHunks, parseHunks } from './hunks';
import { readPresentFile } from './presentFile';

/** A file before and after an edit that has not been made. */
export interface RequestedContents {
  /** Null where there is none; undefined for the file as it is now. */
  readonly before: string | null | undefined;
  /** Null where the file is to go. */
  readonly after: string | null;
}

/** What an edit would make of a file as it is now; of one that it does not fit, the places it names. */
export async function requestedContents(edit: FileEdit): Promise<RequestedContents> {
  const { path, kind, diff, movedTo } = edit;
  const present = isAbsolute(path) ? await readPresentFile(path) : undefined;
  const before = present?.kind === 'text' ? undefined : null;
  if (kind === 'add') return { before, after: diff };
  if (kind === 'delete') return { before: present?.kind === 'text' ? undefined : diff, after: null };
  const hunks = present?.kind === 'text' ? await parseHunks(diff) : undefined;
  const after = present?.kind === 'text' && hunks !== undefined ? applyHunks(present.text, hunks) : undefined;
  return after === undefined
    ? await hunkDocuments({ path, movedTo, edits: [edit] })
    : { before: undefined, after };
}
