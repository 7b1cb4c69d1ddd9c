import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import type { SharedState } from '../state/sharedState';
import type { LiveRuns } from './liveRuns';
import type { PromptLookup } from './promptLookup';
import { reconcile } from './reconcile';
import type { Thread } from './thread';
import type { ThreadStore } from './threadStore';

/** What codex was asked for because nobody noted it. */
type KnownThreads = Pick<PromptLookup, 'get' | 'onDidFind'>;

/** Leads both roads, the shared files and what codex says, into the store. */
export class ThreadSync implements Disposable {
  readonly #subscriptions = new DisposableStore();
  readonly #state: SharedState;
  readonly #runs: LiveRuns;
  readonly #prompts: KnownThreads | undefined;
  readonly #store: ThreadStore;

  constructor(state: SharedState, runs: LiveRuns, store: ThreadStore, prompts?: KnownThreads) {
    this.#state = state;
    this.#runs = runs;
    this.#prompts = prompts;
    this.#store = store;
    this.#subscriptions.add(state.onDidChangeThreads((ids) => this.#sync(ids)));
    this.#subscriptions.add(runs.onDidChange((id) => this.#sync([id])));
    if (prompts !== undefined) this.#subscriptions.add(prompts.onDidFind((ids) => this.#sync(ids)));
    this.#sync(state.threadIds());
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #sync(ids: Iterable<string>): void {
    this.#store.update(this.#states(ids));
  }

  /** One after the other, as they are asked for: at the start there are thousands. */
  *#states(ids: Iterable<string>): Iterable<readonly [string, Thread | undefined]> {
    for (const id of ids) {
      const sources = {
        onDisk: this.#state.threadsOnDisk(id),
        live: this.#runs.get(id),
        past: this.#runs.past(id),
        known: this.#prompts?.get(id),
      };
      yield [id, reconcile(id, sources)];
    }
  }
}
