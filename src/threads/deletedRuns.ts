import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { readPidFile } from '../state/pidFiles';
import type { SharedState, ThreadOnDisk } from '../state/sharedState';
import type { StateFolder } from '../state/stateFolder';
import { readIndex } from '../state/threadIndex';
import type { LiveRuns } from './liveRuns';
import type { TurnRun } from './turnRun';

type DiskReader = Pick<SharedState, 'onDidChangeThreads' | 'threadsOnDisk'>;
type RunReader = Pick<LiveRuns, 'get' | 'onDidEnd'>;

/** How long (ms) after the end of a run its thread's deletion may still be the one that has ended it. */
const AFTERMATH_MS = 5_000;

/** A run that has just ended; its process may still be ending. */
interface Aftermath {
  readonly run: Pick<TurnRun, 'ended'>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Ends a run of ours whose thread somebody deletes under it, and completes the deletion. Nothing of it is made
 * again; without this it would go on, seen by nobody. The command line cannot archive a thread that is open in our
 * codex, so that is done here when that has ended. An entry that merely vanished, as when generation A of the
 * command line sets a damaged index aside, is no deletion: that one removes the pid file as well, and an index stays.
 */
export class DeletedRuns implements Disposable {
  readonly #state: DiskReader;
  readonly #runs: RunReader;
  readonly #archive: (threadId: string) => Promise<void>;
  readonly #log: Log;
  readonly #subscriptions = new DisposableStore();
  /** Where the threads of runs under way, or just ended, were last seen. */
  readonly #seen = new Map<string, ThreadOnDisk>();
  readonly #aftermaths = new Map<string, Aftermath>();

  /** `archive`: archives a thread on the server, where it is not archived yet. */
  constructor(state: DiskReader, runs: RunReader, archive: (threadId: string) => Promise<void>, log: Log) {
    this.#state = state;
    this.#runs = runs;
    this.#archive = archive;
    this.#log = log;
    this.#subscriptions.add(
      state.onDidChangeThreads((ids) => {
        for (const id of ids) this.#look(id);
      }),
    );
    this.#subscriptions.add(runs.onDidEnd((run) => this.#forgetSoon(run)));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const { timer } of this.#aftermaths.values()) clearTimeout(timer);
  }

  /** It is deleted here, with all that belongs to it. */
  forget(id: string): void {
    this.#seen.delete(id);
  }

  #look(id: string): void {
    const [place] = this.#state.threadsOnDisk(id);
    const last = this.#seen.get(id);
    if (place !== undefined) {
      if (this.#runs.get(id) !== undefined) this.#seen.set(id, place);
    } else if (last !== undefined) void this.#completeIfDeleted(id, last);
  }

  #forgetSoon(run: TurnRun): void {
    const id = run.threadId;
    clearTimeout(this.#aftermaths.get(id)?.timer);
    const timer = setTimeout(() => {
      this.#aftermaths.delete(id);
      if (this.#runs.get(id) === undefined) this.#seen.delete(id);
    }, AFTERMATH_MS);
    this.#aftermaths.set(id, { run, timer });
  }

  async #completeIfDeleted(id: string, { folder, shortId }: ThreadOnDisk): Promise<void> {
    const reading = await readPidFile(folder, shortId).catch((error: unknown) => {
      this.#log.warn(`The pid file of ${shortId}: ${errorText(error)}`);
      return undefined;
    });
    const isGone = this.#state.threadsOnDisk(id).length === 0 && reading?.kind === 'missing';
    if (!isGone || !this.#seen.delete(id)) return;
    const run = this.#runs.get(id);
    run?.stop('deleted');
    await (run ?? this.#aftermaths.get(id)?.run)?.ended;
    try {
      if (await this.#isDeletedFrom(folder, id)) await this.#archive(id);
    } catch (error) {
      this.#log.warn(`The deleted thread ${shortId} was not archived: ${errorText(error)}`);
    }
  }

  /** The pid file of a run that has ended is gone anyway: an index that is gone too tells of no deletion. */
  async #isDeletedFrom(folder: StateFolder, id: string): Promise<boolean> {
    const { kind } = await readIndex(folder);
    return kind === 'ok' && this.#state.threadsOnDisk(id).length === 0;
  }
}
