import type { UnknownRecord } from '../base/record';
import { isSafeId, newShortId } from './ids';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';

/** Enters a thread again: under `shortId` if that is free, else under a new one. Leaves one that is there. */
export async function restoreEntry(
  folder: StateFolder,
  shortId: string,
  entry: UnknownRecord,
): Promise<void> {
  const { threadId } = entry;
  if (!isSafeId(threadId)) throw new Error('An entry without a thread id cannot be restored.');
  await updateIndex(folder, (draft) => {
    if (draft.findByThreadId(threadId) !== undefined) return;
    const isFree = isSafeId(shortId) && !draft.has(shortId);
    draft.set(isFree ? shortId : newShortId((id) => draft.has(id)), entry);
  });
}
