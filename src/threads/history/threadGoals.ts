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
  readonly #runs: { get(threadId: string): { turn: { goal: ThreadGoal | undefined } } | undefined };
  readonly #state: SharedRuns;
  readonly #log: Log;

  constructor(
    server: ServerPool,
    runs: { get(threadId: string): { turn: { goal: ThreadGoal | undefined } } | undefined },
    state: SharedRuns,
    log: Log,
  ) {
    this.#server = server;
    this.#runs = runs;
    this.#state = state;
    this.#log = log;
  }

  /**
   * The goal of a thread: as a run of ours has heard it, else as codex has it (`thread/goal/get`), else as the
   * CLI noted it in the record of its last run. Undefined when it has none; never rejects.
   */
  async get(threadId: string): Promise<ThreadGoal | undefined> {
    const heard = this.#runs.get(threadId)?.turn.goal;
    if (heard !== undefined) return heard;
    try {
      const { goal } = await this.#server.use((server) => server.request('thread/goal/get', { threadId }));
      return parseGoal(goal);
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
