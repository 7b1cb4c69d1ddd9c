import { basename } from 'node:path';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { isSignalFor, readKillSignal, type KillSignal } from './killSignals';
import type { StateFolder } from './stateFolder';

export interface KillSignalWatchOptions {
  /** Every folder in which the run is registered. */
  readonly folders: readonly StateFolder[];
  readonly threadId: string;
  /** The number that stands in the run's pid file. */
  readonly pid: number;
  /** Called once, with the folder in which the signal lies. */
  readonly onSignal: (signal: KillSignal, folder: StateFolder) => void;
  readonly log: Log;
  /** Milliseconds between two looks that need no file event; 500 as in the CLI. */
  readonly pollMs?: number;
}

/**
 * Waits for a kill signal for one run, one that is already there included. File events bring it within
 * milliseconds; the poll catches what they miss, and a folder that cannot be read for a while.
 */
export function watchKillSignals(options: KillSignalWatchOptions): Disposable {
  return new KillSignalWatch(options);
}

class KillSignalWatch implements Disposable {
  readonly #options: KillSignalWatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #reported = new Set<string>();
  #closeEvents: (() => void) | undefined;
  #isOver = false;

  constructor(options: KillSignalWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.pollMs ?? 500);
    this.#timer.unref();
    this.#look();
    void this.#listen();
  }

  dispose(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#closeEvents?.();
    this.#closeEvents = undefined;
  }

  #look(): void {
    for (const folder of this.#options.folders) void this.#lookIn(folder);
  }

  async #lookIn(folder: StateFolder): Promise<void> {
    const { threadId, pid, onSignal } = this.#options;
    try {
      const signal = await readKillSignal(folder, threadId);
      if (this.#isOver || signal === undefined) return;
      if (signal.isDirectory) this.#reportOnce(`${folder.killSignalFile(threadId)} is a folder: ignored.`);
      if (!isSignalFor(signal, pid)) return;
      this.dispose();
      onSignal(signal, folder);
    } catch (error) {
      this.#reportOnce(errorText(error));
    }
  }

  async #listen(): Promise<void> {
    const { folders, threadId } = this.#options;
    try {
      const { watch } = await import('chokidar');
      if (this.#isOver) return;
      // The folder, not the file: that one is replaced by rename and does not exist yet.
      const dirs = folders.map((folder) => folder.killSignalsDir);
      const ignored = (path: string): boolean => !dirs.includes(path) && basename(path) !== threadId;
      const watcher = watch(dirs, { depth: 0, ignored });
      this.#closeEvents = () => void watcher.close();
      watcher.on('all', () => this.#look());
      // The poll goes on, and tells what it cannot read.
      watcher.on('error', (error) =>
        this.#options.log.debug(`Kill signals of ${threadId}: ${errorText(error)}`),
      );
    } catch (error) {
      this.#reportOnce(errorText(error)); // the poll goes on
    }
  }

  /** A fault that lasts comes twice a second: each is told once. */
  #reportOnce(message: string): void {
    if (this.#isOver || this.#reported.has(message) || this.#reported.size > 20) return;
    this.#reported.add(message);
    this.#options.log.warn(`Kill signals of ${this.#options.threadId}: ${message}`);
  }
}
