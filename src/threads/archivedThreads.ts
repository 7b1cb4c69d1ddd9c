import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { UnknownRecord } from '../base/record';
import { restoreEntry } from '../state/restoreEntry';
import type { StateRoot } from '../state/stateRoot';
import type { DeletedThreads } from './deletedThreads';
import { entryOf, listThreads } from './listedThread';
import type { ListedThread } from './listedThread';
import type { UtilityServer } from './utilityServer';

/** A thread that codex keeps archived. */
export type ArchivedThread = ListedThread;

export interface ArchivedPage {
  readonly threads: readonly ArchivedThread[];
  readonly hasMore: boolean;
}

/** The archived threads, asked for when somebody wants to see them and never polled. */
export class ArchivedThreads implements Disposable {
  readonly #server: UtilityServer;
  readonly #root: StateRoot;
  readonly #deleted: DeletedThreads;
  readonly #isInScope: (thread: ArchivedThread) => boolean;
  readonly #didChange = new Emitter<void>();
  #loaded: ArchivedThread[] = [];
  #cursor: string | undefined;
  #isLoaded = false;
  #loading: Promise<void> | undefined;

  /** What was loaded no longer holds. */
  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(
    server: UtilityServer,
    root: StateRoot,
    deleted: DeletedThreads,
    isInScope: (thread: ArchivedThread) => boolean,
  ) {
    this.#server = server;
    this.#root = root;
    this.#deleted = deleted;
    this.#isInScope = isInScope;
  }

  /** What has been loaded so far; loads the first page when nothing has. @throws when codex does not answer. */
  async page(): Promise<ArchivedPage> {
    if (!this.#isLoaded) await this.#loadOnce();
    return {
      threads: this.#loaded.filter((thread) => this.#isInScope(thread)),
      hasMore: this.#cursor !== undefined,
    };
  }

  async loadMore(): Promise<void> {
    await this.#loadOnce();
    this.#didChange.fire();
  }

  /** Forgets what was loaded. */
  invalidate(): void {
    this.#isLoaded = false;
    this.#loaded = [];
    this.#cursor = undefined;
    this.#didChange.fire();
  }

  /** Takes a thread out of the archive and enters it again, under its old short id where that is known. */
  async restore(thread: ArchivedThread): Promise<void> {
    await this.#server.use((server) => server.request('thread/unarchive', { threadId: thread.id }));
    const known = await this.#deleted.find(thread.id);
    const key = known?.folderKey ?? '';
    const folder = key === '' ? this.#root.global : this.#root.workspace(key);
    await folder.ensure();
    await restoreEntry(folder, known?.shortId, known?.entry ?? restoredEntry(thread));
    await this.#deleted.forget(thread.id);
    this.invalidate();
  }

  /** Removes a thread for ever. @throws when codex refuses: then everything is kept. */
  async deletePermanently(threadId: string): Promise<void> {
    await this.#server.use((server) => server.request('thread/delete', { threadId }));
    await this.#deleted.forget(threadId);
    this.invalidate();
  }

  dispose(): void {
    this.#didChange.dispose();
  }

  /** A second click while a page is on its way asks for nothing more. */
  async #loadOnce(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #load(): Promise<void> {
    const params = { archived: true, useStateDbOnly: true, cursor: this.#cursor ?? null };
    const { threads, nextCursor } = await listThreads(this.#server, params);
    this.#loaded.push(...threads);
    this.#cursor = nextCursor;
    this.#isLoaded = true;
  }
}

/** For a thread that was not deleted here: what its row tells. */
function restoredEntry(thread: ArchivedThread): UnknownRecord {
  return { ...entryOf(thread), lastStatus: 'completed' };
}
