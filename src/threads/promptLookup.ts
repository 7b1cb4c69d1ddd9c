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

/** What codex knows of a thread that nobody noted. */
export type KnownThread = Pick<ListedThread, 'name' | 'preview'>;

/**
 * Asks codex for the prompts of threads of which the shared folder has none: generation A of the CLI notes none.
 * Asks when somebody wants to show one, and not again once it is known.
 */
export class PromptLookup implements Disposable {
  readonly #server: Pick<UtilityServer, 'use'>;
  readonly #log: Log;
  readonly #known = new Map<string, KnownThread>();
  /** How often each was asked for. */
  readonly #tries = new Map<string, number>();
  readonly #didFind = new Emitter<readonly string[]>();
  #wanted = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;

  /** The threads of which codex knew something. */
  readonly onDidFind: Event<readonly string[]> = this.#didFind.event;

  constructor(server: Pick<UtilityServer, 'use'>, log: Log) {
    this.#server = server;
    this.#log = log;
  }

  get(threadId: string): KnownThread | undefined {
    return this.#known.get(threadId);
  }

  /** Asks codex (`thread/read`), soon and without a word when that is not possible. */
  want(threadId: string): void {
    const tries = this.#tries.get(threadId) ?? 0;
    if (this.#known.has(threadId) || this.#wanted.has(threadId) || tries === MAX_TRIES) return;
    this.#tries.set(threadId, tries + 1);
    this.#wanted.add(threadId);
    this.#gathering ??= setTimeout(() => void this.#ask(), GATHER_MS);
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    this.#didFind.dispose();
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
