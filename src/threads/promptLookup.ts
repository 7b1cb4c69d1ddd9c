import type { AppServer } from '../appServer/appServer';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { inBatches } from '../state/inBatches';
import { parseListedThread } from './listedThread';
import type { ListedThread } from './listedThread';
import type { UtilityServer } from './utilityServer';

/** How long (ms) threads are gathered before codex is asked: the rows of a view are drawn one by one. */
const GATHER_MS = 50;

/** Codex knows a thread that has just begun only after a moment; others it has forgotten. */
const MAX_TRIES = 3;

/** That moment (ms); the row of a thread that has just begun is drawn several times within it. */
const RETRY_MS = 2_000;

/** What codex knows of a thread that nobody noted. */
export type KnownThread = Pick<ListedThread, 'name' | 'preview'>;

/** How often codex was asked for a thread, and when it may be asked again (by `performance.now`). */
interface Asked {
  readonly times: number;
  readonly againAt: number;
}

/**
 * Asks codex for the prompts of threads of which the shared folder has none: generation A of the CLI notes none.
 * Asks when somebody wants to show one, and not again once it is known.
 */
export class PromptLookup implements Disposable {
  readonly #server: Pick<UtilityServer, 'use'>;
  readonly #log: Log;
  readonly #retryMs: number;
  readonly #known = new Map<string, KnownThread>();
  readonly #asked = new Map<string, Asked>();
  readonly #didFind = new Emitter<readonly string[]>();
  #wanted = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;
  /** Those that were wanted again too soon. */
  readonly #later = new Set<string>();
  #waiting: NodeJS.Timeout | undefined;

  /** The threads of which codex knew something. */
  readonly onDidFind: Event<readonly string[]> = this.#didFind.event;

  constructor(server: Pick<UtilityServer, 'use'>, log: Log, retryMs = RETRY_MS) {
    this.#server = server;
    this.#log = log;
    this.#retryMs = retryMs;
  }

  get(threadId: string): KnownThread | undefined {
    return this.#known.get(threadId);
  }

  /** Asks codex (`thread/read`), soon and without a word when that is not possible. */
  want(threadId: string): void {
    const { times, againAt } = this.#asked.get(threadId) ?? { times: 0, againAt: 0 };
    if (this.#known.has(threadId) || times === MAX_TRIES) return;
    if (performance.now() < againAt) {
      this.#wantLater(threadId);
      return;
    }
    this.#asked.set(threadId, { times: times + 1, againAt: Infinity });
    this.#wanted.add(threadId);
    this.#gathering ??= setTimeout(() => void this.#ask(), GATHER_MS);
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    clearTimeout(this.#waiting);
    this.#didFind.dispose();
  }

  #wantLater(threadId: string): void {
    this.#later.add(threadId);
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      const ids = [...this.#later];
      this.#later.clear();
      for (const id of ids) this.want(id);
    }, this.#retryMs);
  }

  async #ask(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted = new Set();
    this.#gathering = undefined;
    try {
      await this.#server.use((server) => inBatches(wanted, (threadId) => this.#read(server, threadId)));
    } catch (error) {
      this.#log.debug(`Codex could not be asked for prompts: ${errorText(error)}`);
    }
    const againAt = performance.now() + this.#retryMs;
    for (const id of wanted) this.#asked.set(id, { times: this.#asked.get(id)?.times ?? 1, againAt });
    const found = wanted.filter((threadId) => this.#known.has(threadId));
    if (found.length > 0) this.#didFind.fire(found);
  }

  async #read(server: Pick<AppServer, 'request'>, threadId: string): Promise<void> {
    try {
      const answer = await server.request('thread/read', { threadId, includeTurns: false });
      const thread = parseListedThread(answer.thread);
      if (thread?.name !== undefined || thread?.preview !== undefined) this.#known.set(threadId, thread);
    } catch (error) {
      this.#log.debug(`thread/read ${threadId}: ${errorText(error)}`);
    }
  }
}
