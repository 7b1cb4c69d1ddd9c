import { isActiveWriter } from '../appServer/requestError';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { SharedState } from '../state/sharedState';
import { removeThreadFiles } from '../state/threadRemoval';
import { archiveThread } from './archiveThread';
import type { DeletedRuns } from './deletedRuns';
import type { DeletedThreads } from './deletedThreads';
import type { ThreadKiller } from './killThread';
import { preferredPlace } from './reconcile';
import type { UtilityServer } from './utilityServer';

/** What a deletion came to. Everything but `deleted` has left the local data as it was. */
export type DeleteOutcome =
  | { readonly kind: 'deleted' }
  /** Its owner has not answered the kill. */
  | { readonly kind: 'stillRunning' }
  /** Codex would not archive it. */
  | { readonly kind: 'notArchived'; readonly reason: string; readonly isInUse: boolean };

/** What deleting threads takes. */
export interface ThreadRemoverParts {
  readonly killer: ThreadKiller;
  readonly state: SharedState;
  readonly server: UtilityServer;
  readonly deleted: DeletedThreads;
  readonly deletedRuns: Pick<DeletedRuns, 'forget'>;
  readonly onDidArchive: () => void;
  readonly log: Log;
}

/** Deletes threads: stops them, archives them on the server, and removes what both layouts hold of them. */
export class ThreadRemover {
  readonly #parts: ThreadRemoverParts;

  constructor(parts: ThreadRemoverParts) {
    this.#parts = parts;
  }

  /** @throws UserError when a file cannot be removed, or the owner could not be told to stop. */
  async delete(threadId: string): Promise<DeleteOutcome> {
    const { killer, server, onDidArchive, log } = this.#parts;
    if ((await killer.kill(threadId)) === 'unanswered') return { kind: 'stillRunning' };
    try {
      await archiveThread(server, threadId);
    } catch (error) {
      log.warn(`Thread ${threadId} was not archived: ${errorText(error)}`);
      return { kind: 'notArchived', reason: errorText(error), isInUse: isActiveWriter(error) };
    }
    await this.#removeLocalData(threadId);
    onDidArchive();
    return { kind: 'deleted' };
  }

  /**
   * Removes the local data alone; the thread stays with codex as it is. False, and nothing is removed, when a turn
   * of it is running.
   */
  async deleteLocalData(threadId: string): Promise<boolean> {
    if (await this.#parts.killer.isRunning(threadId)) return false;
    await this.#removeLocalData(threadId);
    return true;
  }

  async #removeLocalData(threadId: string): Promise<void> {
    const { state, deleted, deletedRuns } = this.#parts;
    deletedRuns.forget(threadId);
    const places = state.threadsOnDisk(threadId);
    const place = preferredPlace(places);
    if (place !== undefined) {
      const { folder, shortId, entry } = place;
      await deleted.note(threadId, { folderKey: folder.key, shortId, entry: entry.raw });
    }
    for (const { folder, shortId } of places) {
      await removeThreadFiles(folder, shortId, threadId);
    }
  }
}
