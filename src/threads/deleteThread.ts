import { setTimeout as delay } from 'node:timers/promises';
import { isActiveWriter } from '../appServer/requestError';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { SharedState } from '../state/sharedState';
import { removeThreadFiles } from '../state/threadRemoval';
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

/** A process that has just ended frees its threads within moments. */
const WRITER_TRIES = 3;
const WRITER_DELAY_MS = 500;

/** Deletes threads: stops them, archives them on the server, and removes what both layouts hold of them. */
export class ThreadRemover {
  readonly #killer: ThreadKiller;
  readonly #state: SharedState;
  readonly #server: UtilityServer;
  readonly #deleted: DeletedThreads;
  readonly #onDidArchive: () => void;
  readonly #log: Log;

  constructor(
    killer: ThreadKiller,
    state: SharedState,
    server: UtilityServer,
    deleted: DeletedThreads,
    onDidArchive: () => void,
    log: Log,
  ) {
    this.#deleted = deleted;
    this.#onDidArchive = onDidArchive;
    this.#killer = killer;
    this.#state = state;
    this.#server = server;
    this.#log = log;
  }

  /** @throws UserError when a file cannot be removed, or the owner could not be told to stop. */
  async delete(threadId: string): Promise<DeleteOutcome> {
    if ((await this.#killer.kill(threadId)) === 'unanswered') return { kind: 'stillRunning' };
    try {
      await this.#archive(threadId);
    } catch (error) {
      this.#log.warn(`Thread ${threadId} was not archived: ${errorText(error)}`);
      return { kind: 'notArchived', reason: errorText(error), isInUse: isActiveWriter(error) };
    }
    await this.deleteLocalData(threadId);
    this.#onDidArchive();
    return { kind: 'deleted' };
  }

  /** Removes the local data alone. The thread stays with codex as it is. */
  async deleteLocalData(threadId: string): Promise<void> {
    const places = this.#state.threadsOnDisk(threadId);
    const place = preferredPlace(places);
    if (place !== undefined) {
      const { folder, shortId, entry } = place;
      await this.#deleted.note(threadId, { folderKey: folder.key, shortId, entry: entry.raw });
    }
    for (const { folder, shortId } of places) {
      await removeThreadFiles(folder, shortId, threadId);
    }
  }

  async #archive(threadId: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#server.use((server) => server.request('thread/archive', { threadId }));
        return;
      } catch (error) {
        if (isNotKnown(error)) return;
        if (!isActiveWriter(error) || tries === WRITER_TRIES) throw error;
        await delay(WRITER_DELAY_MS);
      }
    }
  }
}

/** Codex has no such thread, or has it archived already: there is nothing to archive. */
function isNotKnown(error: unknown): boolean {
  return /no rollout found|invalid session id|thread not found/.test(errorText(error));
}
