import type { Turn } from '../history/turn';
import type { FileEdit } from '../turnItem';

/** One edit of a file, and the turn that made it. */
export interface TrackedEdit {
  readonly turnId: string;
  readonly edit: FileEdit;
}

/** What a thread did to one file, in order, wherever it moved the file meanwhile. */
export interface FileTrack {
  readonly edits: readonly TrackedEdit[];
  /** Where the file is now; undefined when another one was moved over it. */
  readonly presentPath: string | undefined;
}

/** The path of the file behind an edit. */
export function pathAfter(edit: FileEdit): string {
  return edit.movedTo ?? edit.path;
}

/** The files that turns changed, by what was completed; a change that was declined or failed is none. */
export function trackFiles(turns: readonly Turn[]): FileTrack[] {
  const tracks: { edits: TrackedEdit[]; presentPath: string | undefined }[] = [];
  const current = new Map<string, (typeof tracks)[number]>();
  for (const { turnId, edit } of turns.flatMap(editsOf)) {
    const known = current.get(edit.path);
    const track = known ?? { edits: [], presentPath: undefined };
    if (known === undefined) tracks.push(track);
    const path = pathAfter(edit);
    const replaced = current.get(path);
    if (replaced !== undefined && replaced !== track) replaced.presentPath = undefined;
    current.delete(edit.path);
    current.set(path, track);
    track.edits.push({ turnId, edit });
    track.presentPath = path;
  }
  return tracks;
}

function editsOf({ id, items }: Turn): TrackedEdit[] {
  return items.flatMap((item) =>
    item.kind === 'fileChange' && item.status === 'completed'
      ? item.changes.map((edit) => ({ turnId: id, edit }))
      : [],
  );
}
