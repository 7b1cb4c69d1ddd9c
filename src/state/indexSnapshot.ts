import { errorText } from '../base/userError';
import { fileError } from './fileErrors';
import { inBatches } from './inBatches';
import type { StateFolder } from './stateFolder';
import { corruptFile, readIndex, type IndexEntry, type IndexReading } from './threadIndex';

const none: ReadonlyMap<string, IndexEntry> = new Map();

/** The indexes of several folders at one moment. */
export class IndexSnapshot {
  readonly #readings: ReadonlyMap<StateFolder, IndexReading>;
  readonly #running = new Set<string>();

  /** Reads them. Never throws. */
  static async take(folders: readonly StateFolder[]): Promise<IndexSnapshot> {
    const readings = new Map<StateFolder, IndexReading>();
    await inBatches(folders, async (folder) => {
      readings.set(folder, await readIndex(folder));
    });
    return new IndexSnapshot(readings);
  }

  private constructor(readings: ReadonlyMap<StateFolder, IndexReading>) {
    this.#readings = readings;
    for (const folder of readings.keys()) {
      for (const { threadId, lastStatus } of this.entries(folder).values()) {
        if (lastStatus === 'running') this.#running.add(threadId);
      }
    }
  }

  folders(): Iterable<StateFolder> {
    return this.#readings.keys();
  }

  /** By short id; none when the index is missing or cannot be read. */
  entries(folder: StateFolder): ReadonlyMap<string, IndexEntry> {
    const reading = this.#readings.get(folder);
    return reading?.kind === 'ok' ? reading.entries : none;
  }

  /** What is wrong with the index of a folder, as a sentence; undefined when all is well or it is missing. */
  problem(folder: StateFolder): string | undefined {
    const reading = this.#readings.get(folder);
    if (reading?.kind === 'corrupt') return corruptFile(folder.indexFile, reading.reason).message;
    if (reading?.kind === 'unreadable') return errorText(fileError(reading.error, 'read', folder.indexFile));
    return undefined;
  }

  /** True when any of the indexes says that the thread is running. */
  isRunning(threadId: string): boolean {
    return this.#running.has(threadId);
  }

  /**
   * True when no thread can have the logs of that short id. Those of the global folder may also belong to a
   * thread that generation B has taken over into a workspace.
   */
  isUnknown(folder: StateFolder, shortId: string): boolean {
    if (this.#readings.get(folder)?.kind !== 'ok') return false;
    const readings = folder.layout === 'global' ? [...this.#readings.values()] : [this.#readings.get(folder)];
    return readings.every((reading) => {
      return reading?.kind === 'missing' || (reading?.kind === 'ok' && !Object.hasOwn(reading.raw, shortId));
    });
  }
}
