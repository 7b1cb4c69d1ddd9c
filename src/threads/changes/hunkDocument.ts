import type { ChangedFile } from './changedFiles';
import { parseHunks } from './hunks';
import { MAX_FILE_SIZE } from './presentFile';

const HEAD = 'Changed since. Only the changed places are shown.\n';

/** Between two places of the file. */
const GAP = '⋯\n';

/**
 * Both sides of a diff of the changed places alone, for a file that can no longer be told as a whole. The first
 * line, the same on both sides, says so.
 */
export async function hunkDocuments(
  file: Pick<ChangedFile, 'path' | 'movedTo' | 'edits'>,
): Promise<{ before: string; after: string }> {
  if (file.edits.reduce((size, { diff }) => size + diff.length, 0) > MAX_FILE_SIZE) {
    const text = 'These changes are larger than 5 MB and are not shown.\n';
    return { before: text, after: text };
  }
  const [before, after] = [[HEAD], [HEAD]];
  for (const edit of file.edits) {
    const places = await placesOf(edit);
    for (const place of places) {
      before.push(GAP, withLineEnd(place.before));
      after.push(GAP, withLineEnd(place.after));
    }
  }
  return { before: before.join(''), after: after.join('') };
}

async function placesOf({
  kind,
  diff,
}: ChangedFile['edits'][number]): Promise<{ before: string; after: string }[]> {
  if (kind === 'add') return [{ before: '', after: diff }];
  if (kind === 'delete') return [{ before: diff, after: '' }];
  const hunks = await parseHunks(diff);
  if (hunks === undefined) return [{ before: '', after: diff }];
  return hunks.map(({ before, after }) => ({ before: before.join(''), after: after.join('') }));
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
