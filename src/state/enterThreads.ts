import type { UnknownRecord } from '../base/record';
import { isSafeId, newShortId } from './ids';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';

/** Enters threads under new short ids, all in one step. Leaves those that are there. */
export async function enterThreads(folder: StateFolder, entries: readonly UnknownRecord[]): Promise<void> {
  await updateIndex(folder, (draft) => {
    for (const entry of entries) {
      if (!isSafeId(entry.threadId)) throw new Error('A thread without a usable id cannot be entered.');
      if (draft.findByThreadId(entry.threadId) !== undefined) continue;
      const shortId = newShortId((id) => draft.has(id));
      draft.set(shortId, entry);
    }
  });
}
