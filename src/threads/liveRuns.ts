import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { RunOutcome, StopCause } from './turnEnding';
import type { TurnRun } from './turnRun';

/** How the last run of a thread ended here, and in which process it ran. */
export interface PastRun {
  readonly pid: number;
  readonly outcome: RunOutcome;
}

/** The runs of this extension host: those under way, and how the last one of each thread ended. */
export class LiveRuns implements Disposable {
  readonly #live = new Map<string, TurnRun>();
  readonly #past = new Map<string, PastRun>();
  readonly #didChange = new Emitter<string>();
  readonly #didEnd = new Emitter<TurnRun>();

  /** The thread whose run began, changed or ended. */
  readonly onDidChange: Event<string> = this.#didChange.event;
  /** A run has ended; its outcome is set. */
  readonly onDidEnd: Event<TurnRun> = this.#didEnd.event;

  get(threadId: string): TurnRun | undefined {
    return this.#live.get(threadId);
  }

  past(threadId: string): PastRun | undefined {
    return this.#past.get(threadId);
  }

  all(): Iterable<TurnRun> {
    return this.#live.values();
  }

  /** The processes of the runs under way. */
  pids(): ReadonlySet<number> {
    return new Set([...this.#live.values()].map((run) => run.pid));
  }

  /** Takes a run in until it ends. */
  add(run: TurnRun): void {
    const subscriptions = new DisposableStore();
    this.#live.set(run.threadId, run);
    this.#past.delete(run.threadId);
    subscriptions.add(run.onDidChange(() => this.#changed(run, subscriptions)));
    this.#didChange.fire(run.threadId);
  }

  /** Stops every run; resolves when all have ended. */
  async stopAll(cause: StopCause): Promise<void> {
    const runs = [...this.#live.values()];
    for (const run of runs) run.stop(cause);
    await Promise.all(runs.map((run) => run.ended));
  }

  dispose(): void {
    for (const run of this.#live.values()) run.abandonSync();
    this.#didChange.dispose();
    this.#didEnd.dispose();
  }

  #changed(run: TurnRun, subscriptions: Disposable): void {
    if (run.outcome !== undefined) {
      subscriptions.dispose();
      this.#live.delete(run.threadId);
      this.#past.set(run.threadId, { pid: run.pid, outcome: run.outcome });
    }
    this.#didChange.fire(run.threadId);
    if (run.outcome !== undefined) this.#didEnd.fire(run);
  }
}
