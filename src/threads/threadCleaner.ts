import type { Log } from '../base/log';
import { carryOutCleanUp, planCleanUp } from '../state/cleanUp';
import type { CleanUpPlan, CleanUpResult } from '../state/cleanUp';
import type { SharedState } from '../state/sharedState';
import { listStateFolders } from '../state/statePlaces';
import type { StateRoot } from '../state/stateRoot';
import { isActive } from './thread';
import type { ThreadReader } from './threadStore';

export type { CleanUpPlan, CleanUpResult } from '../state/cleanUp';

/** Removes what nobody has used for long: threads that the window shows, and files that belong to none. */
export class ThreadCleaner {
  readonly #root: StateRoot;
  readonly #threads: ThreadReader;
  readonly #state: SharedState;
  readonly #log: Log;

  /** @param threads those that the window shows: no others go */
  constructor(root: StateRoot, threads: ThreadReader, state: SharedState, log: Log) {
    this.#root = root;
    this.#threads = threads;
    this.#state = state;
    this.#log = log;
  }

  /** What would go. Changes nothing. Rejects when `~/.codex-collab` cannot be listed. */
  async plan(): Promise<CleanUpPlan> {
    const plan = await planCleanUp(await listStateFolders(this.#root), Date.now(), (id) => this.#mayGo(id));
    for (const problem of plan.problems) this.#log.warn(`Not cleaned up: ${problem}`);
    return plan;
  }

  /** Removes what was planned and is still unused. Codex is not asked: it keeps the threads. */
  async carryOut(plan: CleanUpPlan): Promise<CleanUpResult> {
    const result = await carryOutCleanUp(plan, await listStateFolders(this.#root), Date.now());
    for (const failure of result.failures) this.#log.warn(`Clean-up: ${failure}`);
    await this.#state.refresh();
    return result;
  }

  #mayGo(threadId: string): boolean {
    const thread = this.#threads.get(threadId);
    return thread !== undefined && !isActive(thread);
  }
}
