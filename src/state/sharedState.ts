import { isDeepStrictEqual } from 'node:util';
import { Coalescer } from '../base/coalescer';
import { Emitter, type Event } from '../base/event';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { DeadOwners } from './deadOwners';
import { openDirectoryWatch, type OpenDirectoryWatch } from './directoryWatch';
import { FolderReader, type FolderChanges, type StateProblem } from './folderReader';
import { inBatches } from './inBatches';
import { PendingChanges } from './pendingChanges';
import type { RunSummary } from './runSummary';
import type { StateFolder } from './stateFolder';
import { listStateFolders, type StateChange } from './statePlaces';
import type { StateRoot } from './stateRoot';
import { StateWatcher, type Watching } from './stateWatcher';
import type { ThreadOnDisk } from './threadOnDisk';
import { ThreadPlaces } from './threadPlaces';

export type { StateProblem } from './folderReader';
export type { FiledApproval } from './approvalFiles';
export type { ThreadOnDisk } from './threadOnDisk';

export interface SharedStateOptions {
  readonly root: StateRoot;
  readonly log: Log;
  /** For disks that report no changes, such as network ones. */
  readonly usePolling?: boolean;
  /** How often to look for what no event told (ms). */
  readonly sweepMs?: number;
  /** Process ids of runs of ours. Threads of theirs are not repaired: their runs write their own end. */
  readonly ownedPids?: () => ReadonlySet<number>;
  /** Replaced in tests only. */
  readonly openWatch?: OpenDirectoryWatch;
}

/** What happens within this time (ms) is read in one go. */
const burstMs = 5;
/** How many folders in which nothing runs a sweep looks at: the next ones with each sweep, in turn. */
const quietAtOnce = 8;
/** How often (ms) the owners of running threads are asked after, at least. */
const livenessMs = 2000;

/**
 * The reading side of `~/.codex-collab`: one model of all threads in both layouts, kept true by events of the
 * file system and a slow sweep. Writes one thing only: `interrupted` for threads whose owner died.
 */
export class SharedState {
  readonly #root: StateRoot;
  readonly #log: Log;
  readonly #sweepMs: number;
  readonly #watcher: StateWatcher;
  readonly #deadOwners: DeadOwners;
  readonly #places = new ThreadPlaces();
  readonly #readers = new Map<StateFolder, FolderReader>();
  readonly #pending = new PendingChanges();
  readonly #reads = new Coalescer(() => this.#readPending());
  readonly #repairs = new Coalescer(() => this.#repair());
  readonly #threadsChanged = new Emitter<ReadonlySet<string>>();
  readonly #problemsChanged = new Emitter<void>();
  #listingProblem: StateProblem | undefined;
  #problems: readonly StateProblem[] = [];
  #burst: NodeJS.Timeout | undefined;
  #nextSweep: NodeJS.Timeout | undefined;
  #isSweepingFast = false;
  /** The quiet folders, and the folder of workspaces, that sweeps have still to look at in this round. */
  #unswept: string[] = [];
  #isDisposed = false;

  /** The ids of threads that were added, changed or removed in any place. */
  readonly onDidChangeThreads: Event<ReadonlySet<string>> = this.#threadsChanged.event;
  readonly onDidChangeProblems: Event<void> = this.#problemsChanged.event;

  constructor(options: SharedStateOptions) {
    const { root, log, usePolling = false, openWatch = openDirectoryWatch } = options;
    this.#root = root;
    this.#log = log;
    this.#sweepMs = options.sweepMs ?? 5000;
    this.#watcher = new StateWatcher({ root, log, usePolling, openWatch });
    this.#watcher.onDidChange((change) => this.#onChange(change));
    this.#deadOwners = new DeadOwners(log, options.ownedPids ?? (() => new Set()));
  }

  /** Reads everything, and resolves; then begins to watch, and looks again at what changed meanwhile. */
  async start(): Promise<void> {
    await this.refresh();
    if (this.#isDisposed) return;
    this.#inBackground(this.#watcher.start());
    this.#scheduleSweep();
  }

  get problems(): readonly StateProblem[] {
    return this.#problems;
  }

  get watching(): Watching {
    return this.#watcher.watching;
  }

  threadIds(): Iterable<string> {
    return this.#places.ids();
  }

  /** All places that a thread is found in; none when nobody knows it. */
  threadsOnDisk(threadId: string): readonly ThreadOnDisk[] {
    return this.#places.of(threadId);
  }

  /** Reads everything again. */
  async refresh(): Promise<void> {
    this.#pending.add({ kind: 'folders' });
    for (const folder of [this.#root.global, ...this.#readers.keys()]) {
      this.#pending.addWhole(folder, 'always');
    }
    await this.#reads.run();
  }

  /** The latest run of a thread, read now if need be; undefined when it has no record. */
  async loadLatestRun(threadId: string): Promise<RunSummary | undefined> {
    await inBatches(this.threadsOnDisk(threadId), async ({ folder, shortId }) => {
      await this.#readers.get(folder)?.loadLatestRuns([shortId]);
    });
    this.#announce();
    return this.threadsOnDisk(threadId)
      .flatMap(({ latestRun }) => latestRun ?? [])
      .reduce<RunSummary | undefined>((best, run) => {
        return best === undefined || (run.startedAt ?? '') > (best.startedAt ?? '') ? run : best;
      }, undefined);
  }

  /** Ends all watches and timers. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#burst);
    clearTimeout(this.#nextSweep);
    this.#threadsChanged.dispose();
    this.#problemsChanged.dispose();
    await this.#watcher.dispose();
    await this.#reads.run();
  }

  #onChange(change: StateChange): void {
    if (this.#isDisposed) return;
    this.#pending.add(change);
    const isUnknown = change.kind === 'folder' && !this.#readers.has(change.folder);
    if (isUnknown) this.#pending.add({ kind: 'folders' });
    this.#burst ??= setTimeout(() => {
      this.#burst = undefined;
      this.#inBackground(this.#reads.run());
    }, burstMs);
  }

  async #readPending(): Promise<void> {
    if (this.#isDisposed) return;
    if (this.#pending.takeFolders()) await this.#listFolders();
    const update = async ([folder, changes]: [StateFolder, FolderChanges]): Promise<void> => {
      await this.#readers.get(folder)?.update(changes);
    };
    // At the start there may be a hundred folders: the first threads are shown while the others are read.
    await inBatches([...this.#pending.takeParts()], update, () => this.#announce());
    this.#announce();
    this.#inBackground(this.#repairs.run());
    if (this.#isBusy && !this.#isSweepingFast) this.#scheduleSweep();
  }

  async #listFolders(): Promise<void> {
    let folders: Set<StateFolder>;
    try {
      folders = new Set(await listStateFolders(this.#root));
      this.#listingProblem = undefined;
    } catch (error) {
      const file = this.#root.workspacesDir;
      const message = `${file} could not be listed (${errorText(error)}). Its threads are shown as last read.`;
      this.#listingProblem = { file, message };
      folders = new Set([this.#root.global, ...this.#readers.keys()]);
    }
    for (const [folder, reader] of [...this.#readers]) {
      if (folders.has(folder)) continue;
      this.#readers.delete(folder);
      await reader.clear();
    }
    for (const folder of folders) {
      if (this.#readers.has(folder)) continue;
      this.#readers.set(folder, new FolderReader(folder, this.#places, this.#log));
      this.#pending.addWhole(folder, 'always');
    }
  }

  #announce(): void {
    if (this.#isDisposed) return;
    const changed = this.#places.takeChanged();
    if (changed.size > 0) this.#threadsChanged.fire(changed);
    const problems = [this.#listingProblem, ...[...this.#readers.values()].map(({ problem }) => problem)];
    const found = problems.filter((problem) => problem !== undefined);
    if (isDeepStrictEqual(found, this.#problems)) return;
    this.#problems = found;
    this.#problemsChanged.fire();
  }

  async #repair(): Promise<void> {
    const readers = [...this.#readers.values()];
    if (!(await this.#deadOwners.repair(readers.flatMap(({ running }) => running)))) return;
    for (const { folder } of readers) this.#pending.addWhole(folder, 'ifReplaced');
    await this.#reads.run();
  }

  get #isBusy(): boolean {
    return [...this.#readers.values()].some(({ running }) => running.length > 0);
  }

  #scheduleSweep(): void {
    clearTimeout(this.#nextSweep);
    if (this.#isDisposed) return;
    this.#isSweepingFast = this.#isBusy;
    const delay = this.#isSweepingFast ? Math.min(livenessMs, this.#sweepMs) : this.#sweepMs;
    this.#nextSweep = setTimeout(() => {
      this.#inBackground(this.#sweep().finally(() => this.#scheduleSweep()));
    }, delay).unref();
  }

  /** Finds what no event told. Only looks at the dates of what does not run, and of that at a part each time. */
  async #sweep(): Promise<void> {
    const readers = [...this.#readers.values()];
    const busy = new Set(
      readers.filter(({ running }) => running.length > 0).map(({ folder }) => folder.path),
    );
    if (this.#unswept.length === 0) {
      this.#unswept = [this.#root.workspacesDir, ...readers.map(({ folder }) => folder.path)];
    }
    const quiet = new Set(this.#unswept.splice(0, quietAtOnce));
    await this.#watcher.verify(busy, quiet);
    if (quiet.has(this.#root.workspacesDir)) this.#pending.add({ kind: 'folders' });
    for (const { folder } of readers) {
      if (busy.has(folder.path)) this.#pending.addRunning(folder);
      if (busy.has(folder.path) || quiet.has(folder.path)) this.#pending.addIndex(folder);
    }
    await this.#reads.run();
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#log.error(`Shared folder: ${errorText(error)}`));
  }
}
