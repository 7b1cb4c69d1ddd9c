import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { readPidFile } from '../state/pidFiles';
import type { SharedState, ThreadOnDisk } from '../state/sharedState';
import type { LiveRuns } from './liveRuns';

/**
 * Ends a run of ours whose thread somebody deletes under it. Nothing of it is made again; without this it
 * would go on, seen by nobody. An entry that merely vanished, as when generation A of the CLI sets a damaged
 * index aside, is no deletion: that one removes the pid file as well.
 */
export class DeletedRuns implements Disposable {
  readonly #state: SharedState;
  readonly #runs: LiveRuns;
  readonly #log: Log;
  readonly #subscription: Disposable;
  /** Where the threads of runs under way were last seen. */
  readonly #seen = new Map<string, ThreadOnDisk>();

  constructor(state: SharedState, runs: LiveRuns, log: Log) {
    this.#state = state;
    this.#runs = runs;
    this.#log = log;
    this.#subscription = state.onDidChangeThreads((ids) => {
      for (const id of ids) this.#look(id);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #look(id: string): void {
    const [place] = this.#state.threadsOnDisk(id);
    const last = this.#seen.get(id);
    if (this.#runs.get(id) === undefined) this.#seen.delete(id);
    else if (place !== undefined) this.#seen.set(id, place);
    else if (last !== undefined) void this.#endIfDeleted(id, last);
  }

  async #endIfDeleted(id: string, { folder, shortId }: ThreadOnDisk): Promise<void> {
    const reading = await readPidFile(folder, shortId).catch((error: unknown) => {
      this.#log.warn(`The pid file of ${shortId}: ${errorText(error)}`);
      return undefined;
    });
    const isGone = this.#state.threadsOnDisk(id).length === 0 && reading?.kind === 'missing';
    if (isGone) this.#runs.get(id)?.stop('deleted');
  }
}
