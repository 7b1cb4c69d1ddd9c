import { listThreads } from './listedThread';
import type { ListedThread } from './listedThread';
import type { UtilityServer } from './utilityServer';

/** A thread that codex keeps archived. */
export type ArchivedThread = ListedThread;

export interface ArchivedPage {
  readonly threads: readonly ArchivedThread[];
  readonly hasMore: boolean;
}

/** How many pages one click asks for at most, until one of them has a thread of the scope. */
const PAGES_AT_ONCE = 10;

/** The archived threads of a scope, page by page. */
export class ArchivedListing {
  readonly #server: UtilityServer;
  readonly #isInScope: (thread: ArchivedThread) => boolean;
  readonly #seen = new Set<string>();
  readonly #threads: ArchivedThread[] = [];
  #cursor: string | undefined;
  #hasBegun = false;
  #loading: Promise<void> | undefined;

  /** Codex knows the threads of a folder, but not of those in it, so that the scope is looked at here. */
  constructor(server: UtilityServer, isInScope: (thread: ArchivedThread) => boolean) {
    this.#server = server;
    this.#isInScope = isInScope;
  }

  /** What has been loaded so far; the first threads when nothing has. @throws when codex does not answer. */
  async page(): Promise<ArchivedPage> {
    if (!this.#hasBegun) await this.loadMore();
    return { threads: [...this.#threads], hasMore: this.#cursor !== undefined };
  }

  /** A second click while a page is on its way asks for nothing more. */
  async loadMore(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #load(): Promise<void> {
    const shown = this.#threads.length;
    for (let pages = 0; pages < PAGES_AT_ONCE && this.#threads.length === shown; pages++) {
      await this.#loadPage();
      if (this.#cursor === undefined) return;
    }
  }

  async #loadPage(): Promise<void> {
    const params = { archived: true, useStateDbOnly: true, cursor: this.#cursor ?? null };
    const { threads, nextCursor } = await listThreads(this.#server, params);
    const unseen = threads.filter(({ id }) => !this.#seen.has(id));
    for (const { id } of unseen) this.#seen.add(id);
    this.#threads.push(...unseen.filter(this.#isInScope));
    // A server that repeats itself would do so for ever.
    this.#cursor = unseen.length > 0 ? nextCursor : undefined;
    this.#hasBegun = true;
  }
}
