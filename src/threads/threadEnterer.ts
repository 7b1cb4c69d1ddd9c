import { isAbsolute } from 'node:path';
import type { Log } from '../base/log';
import { isRecord } from '../base/record';
import { errorText } from '../base/userError';
import { enterThreads } from '../state/enterThreads';
import { inBatches } from '../state/inBatches';
import { restoreEntry } from '../state/restoreEntry';
import type { SharedState } from '../state/sharedState';
import type { StateFolder } from '../state/stateFolder';
import type { StateRoot } from '../state/stateRoot';
import type { StateLayoutChoice } from './codexLauncher';
import type { DeletedThread } from './deletedThreads';
import { entryOf } from './listedThread';
import type { ListedThread } from './listedThread';
import type { UtilityServer } from './utilityServer';

/** Enters threads that codex has in an index, by which they are listed. */
export class ThreadEnterer {
  readonly #server: UtilityServer;
  readonly #root: StateRoot;
  readonly #state: Pick<SharedState, 'refresh' | 'threadsOnDisk'>;
  readonly #layout: () => StateLayoutChoice;
  readonly #log: Log;

  /** `layout`: where new threads are entered. */
  constructor(
    server: UtilityServer,
    root: StateRoot,
    state: Pick<SharedState, 'refresh' | 'threadsOnDisk'>,
    layout: () => StateLayoutChoice,
    log: Log,
  ) {
    this.#server = server;
    this.#root = root;
    this.#state = state;
    this.#layout = layout;
    this.#log = log;
  }

  /** True for a thread that some index has, as last read. */
  isKnown(threadId: string): boolean {
    return this.#state.threadsOnDisk(threadId).length > 0;
  }

  /** Where a thread that works in `cwd` is entered. @throws UserError when its place cannot be told. */
  async folderFor(cwd: string | undefined): Promise<StateFolder> {
    if (cwd === undefined || !isAbsolute(cwd)) return this.#root.global;
    return await this.#root.folderForNewRun(cwd, this.#layout());
  }

  /** Enters threads with how their last turns ended. Those that somebody has entered meanwhile stay as they are. */
  async enter(folder: StateFolder, threads: readonly ListedThread[]): Promise<void> {
    const statuses = new Map<string, string | undefined>();
    await inBatches(threads, async ({ id }) => {
      statuses.set(id, await this.#lastStatus(id));
    });
    const entries = threads
      .filter(({ id }) => !this.isKnown(id))
      .map((thread) => ({ ...entryOf(thread), lastStatus: statuses.get(thread.id) }));
    await folder.ensure();
    await enterThreads(folder, entries);
  }

  /** Enters a thread that may have been listed until just now. */
  async enterAgain(thread: ListedThread): Promise<void> {
    await this.#state.refresh();
    await this.enter(await this.folderFor(thread.cwd), [thread]);
  }

  /** Enters a thread as it was when it was deleted, under its old short id if that is free. */
  async enterAsItWas({ folderKey, shortId, entry }: DeletedThread): Promise<void> {
    const folder = folderKey === '' ? this.#root.global : this.#root.workspace(folderKey);
    await folder.ensure();
    await restoreEntry(folder, shortId, entry);
  }

  /**
   * How its newest turn ended; undefined when that is not known. Codex also calls a turn interrupted that
   * another process is running just now, so that `interrupted` says nothing.
   */
  async #lastStatus(threadId: string): Promise<'completed' | 'failed' | undefined> {
    try {
      const answer: unknown = await this.#server.use((server) =>
        server.request('thread/turns/list', { threadId, limit: 1, itemsView: 'notLoaded' }),
      );
      const newest: unknown = isRecord(answer) && Array.isArray(answer.data) ? answer.data[0] : undefined;
      const status = isRecord(newest) ? newest.status : undefined;
      return status === 'completed' || status === 'failed' ? status : undefined;
    } catch (error) {
      this.#log.debug(`How the last turn of ${threadId} ended is not known: ${errorText(error)}`);
      return undefined;
    }
  }
}
