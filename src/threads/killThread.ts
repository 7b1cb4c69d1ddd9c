import { setTimeout as delay } from 'node:timers/promises';
import { endLeftovers } from '../appServer/leftoverProcesses';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import { interruptIfStillRunning } from '../state/foreignKill';
import { readKillSignal, removeKillSignal, writeKillSignal } from '../state/killSignals';
import type { SharedState, ThreadOnDisk } from '../state/sharedState';
import type { LiveRuns } from './liveRuns';
import type { OwnRuns } from './ownRuns';

/** What a kill came to. */
export type KillOutcome =
  /** The turn has ended; the thread can be resumed. */
  | 'stopped'
  /** No turn was running. */
  | 'notRunning'
  /** Its owner lives, and has not taken the signal in time. The thread still says running. */
  | 'unanswered';

/** How long the owner of a foreign run gets for its own last writes. The CLI looks every 500 ms. */
const ANSWER_MS = 5_000;
const LOOK_MS = 50;

/** Ends running turns, whoever runs them. Nothing is archived: a killed thread can be resumed. */
export class ThreadKiller {
  readonly #runs: LiveRuns;
  readonly #state: SharedState;
  readonly #ownRuns: OwnRuns;
  readonly #log: Log;

  constructor(runs: LiveRuns, state: SharedState, ownRuns: OwnRuns, log: Log) {
    this.#runs = runs;
    this.#ownRuns = ownRuns;
    this.#state = state;
    this.#log = log;
  }

  /** @throws UserError when the owner could not be told. */
  async kill(threadId: string): Promise<KillOutcome> {
    const run = this.#runs.get(threadId);
    if (run !== undefined) {
      run.stop('killed');
      await run.ended;
      return 'stopped';
    }
    const running = this.#state.threadsOnDisk(threadId).filter(({ entry }) => entry.lastStatus === 'running');
    if (running.length === 0) return 'notRunning';
    const outcomes = await Promise.all(running.map((place) => this.#killForeign(place)));
    return outcomes.includes('unanswered') ? 'unanswered' : 'stopped';
  }

  /** True while a turn of the thread runs, whoever runs it, by what the files say just now. */
  async isRunning(threadId: string): Promise<boolean> {
    if (this.#runs.get(threadId) !== undefined) return true;
    await this.#state.refresh();
    return this.#state.threadsOnDisk(threadId).some((place) => this.#isRunning(place));
  }

  /**
   * Ends the processes of a run of another window of ours; nobody else's are known to be ours to end. That
   * window writes the end of the run itself. False when there is no such run.
   */
  async forceStop(threadId: string): Promise<boolean> {
    // A note of a window that is gone may still lie there.
    const run = (await this.#ownRuns.ofOtherWindows()).find((each) => each.threadId === threadId);
    if (run === undefined) return false;
    return (await endLeftovers(run.marker, await this.#ownRuns.foreignPids(), this.#log)) > 0;
  }

  async #killForeign(place: ThreadOnDisk): Promise<KillOutcome> {
    const { folder, entry, shortId, owner } = place;
    if (owner?.kind === 'dead') {
      // Nobody is there to be told; what is left to do is to say so on disk.
      await interruptIfStillRunning(folder, shortId, entry.threadId, undefined);
      return 'stopped';
    }
    const pid = owner?.pid;
    const content = folder.layout === 'global' ? '' : pid === undefined ? '*' : String(pid);
    await this.#tell(place, content);
    const isTaken = await this.#waitForEnd(place, pid);
    if (!isTaken && pid !== undefined) return 'unanswered';
    const isWritten = await interruptIfStillRunning(folder, shortId, entry.threadId, pid);
    // Somebody is there after all, whose number nobody knew, and has not answered.
    if (!isTaken && !isWritten && this.#isRunning(place)) return 'unanswered';
    // One that nobody took, since its owner died meanwhile for instance, must not end the next run.
    const left = await readKillSignal(folder, entry.threadId);
    if (left?.content === content) await removeKillSignal(folder, entry.threadId);
    return 'stopped';
  }

  #isRunning({ folder, entry }: ThreadOnDisk): boolean {
    const now = this.#state.threadsOnDisk(entry.threadId).find((place) => place.folder === folder);
    return now?.entry.lastStatus === 'running' && now.owner?.kind !== 'dead';
  }

  async #tell({ folder, entry, shortId }: ThreadOnDisk, content: string): Promise<void> {
    try {
      await folder.ensure();
      await writeKillSignal(folder, entry.threadId, content);
    } catch (error) {
      this.#log.warn(`The kill signal for ${shortId} could not be written: ${errorText(error)}`);
      throw new UserError(
        `Thread ${shortId} could not be told to stop, and still runs: ${errorText(error)}`,
        { cause: error },
      );
    }
  }

  /**
   * True when the owner has written the end, or has at least taken the signal away; also when a later run has
   * begun meanwhile, since that one can only follow the end of this one.
   */
  async #waitForEnd({ folder, entry }: ThreadOnDisk, pid: number | undefined): Promise<boolean> {
    const deadline = performance.now() + ANSWER_MS;
    while (performance.now() < deadline) {
      const now = this.#state.threadsOnDisk(entry.threadId).find((place) => place.folder === folder);
      if (now?.entry.lastStatus !== 'running' || now.owner?.kind === 'dead') return true;
      if (pid !== undefined && now.owner?.pid !== undefined && now.owner.pid !== pid) return true;
      await delay(LOOK_MS);
    }
    return (await readKillSignal(folder, entry.threadId)) === undefined;
  }
}
