import type { UnknownRecord } from '../base/record';
import { errorText } from '../base/userError';
import { inBatches } from './inBatches';
import { IndexSnapshot } from './indexSnapshot';
import { isQuietSince, logFilesOf } from './quietThread';
import { listRunRecords } from './runRecords';
import { seeFile } from './seenFile';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';
import { removeRemains } from './threadRemoval';

/** A thread without a sign of life for long, with all that there is of it. */
export interface OldThread {
  readonly threadId: string;
  readonly places: readonly OldPlace[];
  /** Of its logs and run records. */
  readonly bytes: number;
}

interface Place {
  readonly folder: StateFolder;
  readonly shortId: string;
}

interface OldPlace extends Place {
  readonly threadId: string;
  readonly runIds: readonly string[];
}

/** How many threads leave an index under one hold of its lock. */
const AT_ONCE = 32;

/** What became of the threads that were to be removed. */
export interface ThreadRemovals {
  readonly removed: number;
  /** Those that were used since they were found, and stay. */
  readonly usedMeanwhile: number;
  /** Sentences. */
  readonly failures: readonly string[];
}

/**
 * The threads of `folders` that are quiet since `time` (epoch ms) in every place, and that `mayGo`. `onProblem`
 * hears of those that cannot be judged.
 */
export async function findOldThreads(
  folders: ReadonlySet<StateFolder>,
  indexes: IndexSnapshot,
  time: number,
  mayGo: (threadId: string) => boolean,
  onProblem: (problem: string) => void,
): Promise<OldThread[]> {
  const old: (readonly [threadId: string, places: readonly Place[]])[] = [];
  await inBatches([...placesByThread(folders, indexes)], async ([threadId, places]) => {
    try {
      if (mayGo(threadId) && (await areQuiet(places, threadId, indexes, time))) old.push([threadId, places]);
    } catch (error) {
      onProblem(errorText(error));
    }
  });
  const runs = await RunIds.of(new Set(old.flatMap(([, places]) => places.map(({ folder }) => folder))));
  const threads: OldThread[] = [];
  await inBatches(old, async ([threadId, bare]) => {
    try {
      const places = bare.map((place) => ({ ...place, threadId, runIds: runs.get(place.folder, threadId) }));
      threads.push({ threadId, places, bytes: await bytesOf(places) });
    } catch (error) {
      onProblem(errorText(error));
    }
  });
  return threads;
}

/** Removes them, each only if it is still quiet since `time` when its index is locked. Never throws. */
export async function removeOldThreads(threads: readonly OldThread[], time: number): Promise<ThreadRemovals> {
  const removal = new Removal(time);
  for (let start = 0; start < threads.length; start += AT_ONCE) {
    await removal.remove(threads.slice(start, start + AT_ONCE));
  }
  return removal.result(threads.length);
}

class Removal {
  readonly #time: number;
  readonly #removed = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #failures = new Set<string>();
  /** Not tried again for each batch: a lock that somebody holds is waited for half a minute. */
  readonly #closedFolders = new Set<StateFolder>();

  constructor(time: number) {
    this.#time = time;
  }

  async remove(threads: readonly OldThread[]): Promise<void> {
    const folders = new Set(threads.flatMap(({ places }) => places.map(({ folder }) => folder)));
    const indexes = await IndexSnapshot.take([...folders]);
    const places: OldPlace[] = [];
    await inBatches(threads, async (thread) => {
      try {
        const isQuiet = await areQuiet(thread.places, thread.threadId, indexes, this.#time);
        if (isQuiet) places.push(...thread.places);
      } catch (error) {
        this.#fail([thread], error);
      }
    });
    for (const folder of folders) {
      const here = places.filter((place) => place.folder === folder);
      await inBatches(await this.#removeEntries(folder, here), (place) => this.#removeRemains(place));
    }
  }

  result(count: number): ThreadRemovals {
    const untouched = [...this.#failed].filter((threadId) => !this.#removed.has(threadId)).length;
    return {
      removed: this.#removed.size,
      usedMeanwhile: count - this.#removed.size - untouched,
      failures: [...this.#failures],
    };
  }

  async #removeEntries(folder: StateFolder, places: readonly OldPlace[]): Promise<readonly OldPlace[]> {
    if (places.length === 0) return [];
    if (this.#closedFolders.has(folder)) {
      for (const { threadId } of places) this.#failed.add(threadId);
      return [];
    }
    try {
      return await updateIndex(folder, async (draft) => {
        const gone: OldPlace[] = [];
        await inBatches(places, async (place) => {
          const entry = draft.get(place.shortId);
          if (entry?.threadId !== place.threadId) return;
          if (!(await this.#isStillQuiet(place, entry))) return;
          draft.delete(place.shortId);
          gone.push(place);
        });
        return gone;
      });
    } catch (error) {
      this.#closedFolders.add(folder);
      this.#fail(places, error);
      return [];
    }
  }

  async #isStillQuiet(place: OldPlace, entry: Readonly<UnknownRecord>): Promise<boolean> {
    try {
      return await isQuietSince(this.#time, place.folder, place.shortId, entry);
    } catch (error) {
      this.#fail([place], error);
      return false;
    }
  }

  async #removeRemains(place: OldPlace): Promise<void> {
    this.#removed.add(place.threadId);
    try {
      await removeRemains(place.folder, place.shortId, place.threadId, place.runIds);
    } catch (error) {
      this.#fail([place], error);
    }
  }

  #fail(threads: readonly { readonly threadId: string }[], error: unknown): void {
    for (const { threadId } of threads) this.#failed.add(threadId);
    this.#failures.add(errorText(error));
  }
}

/** Of threads that are also entered in a folder which is none of `folders`, nothing is known for sure. */
function placesByThread(
  folders: ReadonlySet<StateFolder>,
  indexes: IndexSnapshot,
): Map<string, readonly Place[]> {
  const places = new Map<string, Place[]>();
  const elsewhere = new Set<string>();
  for (const folder of indexes.folders()) {
    for (const [shortId, { threadId }] of indexes.entries(folder)) {
      if (!folders.has(folder)) elsewhere.add(threadId);
      places.set(threadId, [...(places.get(threadId) ?? []), { folder, shortId }]);
    }
  }
  for (const threadId of elsewhere) places.delete(threadId);
  return places;
}

/** In every place in which the thread is still entered. */
async function areQuiet(
  places: readonly Place[],
  threadId: string,
  indexes: IndexSnapshot,
  time: number,
): Promise<boolean> {
  const quiet = await Promise.all(
    places.map(async ({ folder, shortId }) => {
      const entry = indexes.entries(folder).get(shortId);
      if (entry?.threadId !== threadId) return true;
      return await isQuietSince(time, folder, shortId, entry.raw);
    }),
  );
  return quiet.every(Boolean);
}

/** Which runs each thread has in some folders; every record is read once. */
class RunIds {
  readonly #known: ReadonlyMap<StateFolder, ReadonlyMap<string, readonly string[]> | Error>;

  static async of(folders: ReadonlySet<StateFolder>): Promise<RunIds> {
    const known = new Map<StateFolder, Map<string, string[]> | Error>();
    for (const folder of folders) {
      const byThread = new Map<string, string[]>();
      try {
        for (const { runId, threadId } of (await listRunRecords(folder)).records) {
          byThread.set(threadId, [...(byThread.get(threadId) ?? []), runId]);
        }
        known.set(folder, byThread);
      } catch (error) {
        known.set(folder, error instanceof Error ? error : new Error(errorText(error)));
      }
    }
    return new RunIds(known);
  }

  private constructor(known: ReadonlyMap<StateFolder, ReadonlyMap<string, readonly string[]> | Error>) {
    this.#known = known;
  }

  /** Throws when the records of that folder cannot be listed. */
  get(folder: StateFolder, threadId: string): readonly string[] {
    const runs = this.#known.get(folder);
    if (runs instanceof Error) throw runs;
    return runs?.get(threadId) ?? [];
  }
}

async function bytesOf(places: readonly OldPlace[]): Promise<number> {
  const sizes = await Promise.all(
    places.map(async ({ folder, shortId, runIds }) => {
      const records = await Promise.all(runIds.map((runId) => seeFile(folder.runRecordFile(runId))));
      const files = [...(await logFilesOf(folder, shortId)), ...records];
      return files.reduce((sum, file) => sum + (file?.bytes ?? 0), 0);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
