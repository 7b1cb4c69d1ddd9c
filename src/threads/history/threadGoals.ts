import type { Log } from '../../base/log';
import { errorText } from '../../base/userError';
import { readRunRecord } from '../../state/runRecords';
import type { RunSummary } from '../../state/runSummary';
import type { ThreadOnDisk } from '../../state/threadOnDisk';
import type { ServerPool } from './codexHistory';
import { parseGoal } from './threadGoal';
import type { ThreadGoal } from './threadGoal';

interface SharedRuns {
  threadsOnDisk(threadId: string): readonly ThreadOnDisk[];
  loadLatestRun(threadId: string): Promise<RunSummary | undefined>;
}

/** The goals of threads: asked for when somebody wants to see one, and never polled. */
export class ThreadGoals {
  readonly #server: ServerPool;
  readonly #runs: { get(threadId: string): { turn: { goal: ThreadGoal | null | undefined } } | undefined };
  readonly #state: SharedRuns;
  readonly #log: Log;
  /** As codex had them when it was asked last, by thread. */
  readonly #told = new Map<string, ThreadGoal>();

  constructor(
    server: ServerPool,
    runs: { get(threadId: string): { turn: { goal: ThreadGoal | null | undefined } } | undefined },
    state: SharedRuns,
    log: Log,
  ) {
    this.#server = server;
    this.#runs = runs;
    this.#state = state;
    this.#log = log;
  }

  /**
   * The goal of a thread: as the run of ours that is live has heard it, else as codex has it
   * (`thread/goal/get`, not asked again while such a run would hear of a change), else as the CLI noted it in
   * the record of its last run. Undefined when it has none; never rejects.
   */
  async get(threadId: string): Promise<ThreadGoal | undefined> {
    const run = this.#runs.get(threadId);
    if (run !== undefined) {
      const heard = run.turn.goal;
      if (heard === undefined) return this.#told.get(threadId) ?? (await this.#recorded(threadId));
      return heard ?? undefined;
    }
    try {
      const answer = await this.#server.use((server) => server.request('thread/goal/get', { threadId }));
      const goal = parseGoal(answer.goal);
      if (goal === undefined) this.#told.delete(threadId);
      else this.#told.set(threadId, goal);
      return goal;
    } catch (error) {
      // Older versions know no goals, and no version those of a thread before its first turn.
      this.#log.debug(`thread/goal/get: ${errorText(error)}`);
      return await this.#recorded(threadId);
    }
  }

  async #recorded(threadId: string): Promise<ThreadGoal | undefined> {
    const latest = await this.#state.loadLatestRun(threadId);
    const place = this.#state
      .threadsOnDisk(threadId)
      .find(({ latestRun }) => latestRun?.runId === latest?.runId);
    if (latest === undefined || place === undefined) return undefined;
    const reading = await readRunRecord(place.folder, latest.runId);
    return reading.kind === 'ok' ? parseGoal(reading.record.raw.goal) : undefined;
  }
}
