import { changedFile, isNamed } from './changedFiles';
import type { ChangedFile } from './changedFiles';
import type { FileContent } from './fileContent';
import { trackFiles } from './fileTrack';
import type { FileTrack } from './fileTrack';
import { hunkDocuments } from './hunkDocument';
import { readPresentFile } from './presentFile';
import type { LoadedTurns } from './threadChanges';
import { contentsFrom, contentsOf } from './trackContents';

/** A file before and after a turn, or before and after a whole thread. */
export interface ChangedContents {
  readonly file: ChangedFile;
  readonly before: FileContent;
  readonly after: FileContent;
  /** Where the file is now, if that is what it was then: it can be shown, and edited, itself. */
  readonly presentPath: string | undefined;
}

/** What a turn (all turns: undefined) changed, by path, with the contents before and after. */
export async function changedContents(
  { turns }: LoadedTurns,
  turnId: string | undefined,
  path?: string,
): Promise<ChangedContents[]> {
  const found: ChangedContents[] = [];
  for (const track of trackFiles(turns)) {
    const isWanted = (edit: { readonly turnId: string }): boolean =>
      turnId === undefined || edit.turnId === turnId;
    const file = changedFile({ edits: track.edits.filter(isWanted) });
    if (file === undefined || (path !== undefined && !isNamed(file, path))) continue;
    const [from, to] = [track.edits.findIndex(isWanted), track.edits.findLastIndex(isWanted)];
    found.push({ file, ...(await contentsBetween(track, from, to, file)) });
  }
  return found.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}

/** What a file was before one edit of it and after another, later one. */
async function contentsBetween(
  { edits, presentPath }: FileTrack,
  from: number,
  to: number,
  file: ChangedFile,
): Promise<Omit<ChangedContents, 'file'>> {
  const present = presentPath === undefined ? undefined : await presentContent(presentPath);
  const told = await contentsOf(edits, present);
  const [before, after] = [told[from]?.before, told[to]?.after];
  if (before !== undefined && after !== undefined) {
    return { before, after, presentPath: after !== null && after === present ? presentPath : undefined };
  }
  const firstPath = edits[0]?.edit.path;
  const first = firstPath === undefined ? undefined : await presentContent(firstPath);
  const redone = await contentsFrom(edits, first);
  const [reverted, again] = [redone[from]?.before, redone[to]?.after];
  return reverted !== undefined && again !== undefined
    ? { before: reverted, after: again, presentPath: undefined }
    : { ...(await hunkDocuments(file)), presentPath: undefined };
}

async function presentContent(path: string): Promise<FileContent | undefined> {
  const present = await readPresentFile(path);
  if (present.kind === 'unusable') return undefined;
  return present.kind === 'text' ? present.text : null;
}
