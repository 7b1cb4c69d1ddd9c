import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { ApprovalCatalog } from './approvalCatalog';
import type { FiledApproval } from './approvalFiles';
import { fileStamp } from './fileStamp';
import { inBatches } from './inBatches';
import { IndexParser } from './indexParser';
import { readKillSignal, type KillSignal } from './killSignals';
import { judgeOwner, readPidFile, type OwnerVerdict } from './pidFiles';
import { RunCatalog } from './runCatalog';
import type { StateFolder } from './stateFolder';
import { readIndexWith, type IndexEntry } from './threadIndex';
import { isRunning, isSameThread, type ThreadOnDisk } from './threadOnDisk';
import type { ThreadPlaces } from './threadPlaces';

/** Something in the shared folder that a person should know of. */
export interface StateProblem {
  /** Absolute path. */
  readonly file: string;
  /** A sentence or two. */
  readonly message: string;
}

/** What of a folder is to be read again. */
export interface FolderChanges {
  /** `always`, or `ifReplaced`: only when the file is not the one that was read last. */
  readonly index: 'always' | 'ifReplaced' | undefined;
  /** All entries that say `running`: their pid files, kill signals, approvals and run records. */
  readonly running: boolean;
  /** All run records that were read before, and new ones. */
  readonly allRuns: boolean;
  readonly shortIds: Iterable<string>;
  readonly threadIds: Iterable<string>;
  readonly runIds: Iterable<string>;
  readonly approvalIds: Iterable<string>;
}

/**
 * A run writes its `running` first and its pid file a little later; until then an older run's file may stand
 * there. So a dead owner is not believed this long (ms) after the entry was written.
 */
const pidFileDelay = 2000;

/** One for all: there may be thousands of threads. */
const noApprovals: readonly FiledApproval[] = [];

/**
 * Reads one state folder and keeps its threads in {@link ThreadPlaces} true to it. Opens only what a change
 * concerns, and of pid files, signals and records only those of entries that say `running`.
 */
export class FolderReader {
  readonly folder: StateFolder;
  readonly #places: ThreadPlaces;
  readonly #log: Log;
  readonly #threads = new Map<string, ThreadOnDisk>();
  readonly #running = new Set<string>();
  readonly #runs: RunCatalog | undefined;
  readonly #approvals: ApprovalCatalog;
  readonly #parser = new IndexParser();
  #indexStamp: string | undefined;
  #problem: StateProblem | undefined;
  /** One read after the other: two at once could leave the older result. */
  #queue: Promise<void> = Promise.resolve();

  constructor(folder: StateFolder, places: ThreadPlaces, log: Log) {
    this.folder = folder;
    this.#places = places;
    this.#log = log;
    this.#runs = folder.layout === 'workspace' ? new RunCatalog(folder) : undefined;
    this.#approvals = new ApprovalCatalog(folder, log);
  }

  /** Why the index could not be read. Its threads are those of the last time. */
  get problem(): StateProblem | undefined {
    return this.#problem;
  }

  /** The threads whose entry says `running`. */
  get running(): ThreadOnDisk[] {
    return [...this.#running].flatMap((shortId) => this.#threads.get(shortId) ?? []);
  }

  /** Reads again what may have changed. Never throws for what is on disk. */
  update(changes: FolderChanges): Promise<void> {
    return this.#enqueue(() => this.#update(changes));
  }

  /** Makes sure that `latestRun` of these threads is read. */
  loadLatestRuns(shortIds: readonly string[]): Promise<void> {
    return this.#enqueue(async () => {
      await this.#runs?.find(shortIds);
      for (const shortId of shortIds) this.#setLatestRun(shortId);
    });
  }

  /** The folder is gone: so are its threads. */
  clear(): Promise<void> {
    return this.#enqueue(() => {
      this.#setEntries(new Map());
      this.#problem = undefined;
      return Promise.resolve();
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined); // whoever asked for it hears of the error
    return done;
  }

  async #update(changes: FolderChanges): Promise<void> {
    const concerned = new Set(changes.shortIds);
    for (const shortId of await this.#updateIndex(changes.index)) concerned.add(shortId);
    const approvals = await this.#approvals.reread(changes.approvalIds);
    for (const threadId of [...changes.threadIds, ...approvals]) {
      for (const { folder, shortId } of this.#places.of(threadId)) {
        if (folder === this.folder) concerned.add(shortId);
      }
    }
    const withRuns = (await this.#runs?.reread(changes.runIds)) ?? new Set();
    if (changes.allRuns) for (const shortId of (await this.#runs?.verify()) ?? []) withRuns.add(shortId);
    for (const shortId of withRuns) this.#setLatestRun(shortId);
    if (changes.running && this.#running.size > 0) await this.#approvals.verify();
    await this.#updateRunning(changes.running ? [...this.#running] : [...concerned]);
  }

  /** Returns the short ids of the entries that were added or changed. */
  async #updateIndex(mode: FolderChanges['index']): Promise<string[]> {
    if (mode === undefined) return [];
    const stamp = await fileStamp(this.folder.indexFile);
    if (mode === 'ifReplaced' && stamp === this.#indexStamp) return [];
    const reading = await readIndexWith(this.folder, (bytes) => this.#parser.parse(bytes));
    // What could not be read is tried again each time, be the file the same or not.
    this.#indexStamp = reading.kind === 'unreadable' ? undefined : stamp;
    switch (reading.kind) {
      case 'ok':
        this.#problem = undefined;
        return this.#setEntries(reading.entries);
      case 'missing':
        this.#problem = undefined;
        return this.#setEntries(new Map());
      case 'corrupt':
        return this.#keepEntries(reading.reason);
      case 'unreadable':
        return this.#keepEntries(errorText(reading.error));
    }
  }

  #keepEntries(reason: string): string[] {
    const file = this.folder.indexFile;
    const message = `${file} could not be read (${reason}). It is left as it is; its threads are shown as last read.`;
    if (this.#problem?.message !== message) {
      this.#log.warn(message);
      this.#problem = { file, message };
    }
    return [];
  }

  #setEntries(entries: ReadonlyMap<string, IndexEntry>): string[] {
    for (const [shortId, thread] of this.#threads) {
      if (entries.has(shortId)) continue;
      this.#threads.delete(shortId);
      this.#running.delete(shortId);
      this.#places.replace(thread, undefined);
    }
    const changed: string[] = [];
    for (const [shortId, entry] of entries) {
      const before = this.#threads.get(shortId);
      if (before?.entry === entry) continue;
      changed.push(shortId);
      this.#setEntry(shortId, entry, before);
    }
    return changed;
  }

  #setEntry(shortId: string, entry: IndexEntry, before: ThreadOnDisk | undefined): void {
    const isNowRunning = isRunning(entry);
    if (isNowRunning) this.#running.add(shortId);
    else this.#running.delete(shortId);
    this.#set({
      folder: this.folder,
      shortId,
      entry,
      owner: isNowRunning ? (before?.owner ?? { kind: 'alive' }) : undefined,
      killSignal: isNowRunning ? before?.killSignal : undefined,
      approvals: isNowRunning ? (before?.approvals ?? noApprovals) : noApprovals,
      latestRun: this.#runs?.latest(shortId),
    });
  }

  #setLatestRun(shortId: string): void {
    const thread = this.#threads.get(shortId);
    if (thread !== undefined) this.#set({ ...thread, latestRun: this.#runs?.latest(shortId) });
  }

  async #updateRunning(shortIds: readonly string[]): Promise<void> {
    const running = shortIds.filter((shortId) => this.#running.has(shortId));
    if (running.length === 0) return;
    await Promise.all([this.#runs?.find(running), this.#approvals.load()]);
    await inBatches(running, async (shortId) => {
      const before = this.#threads.get(shortId);
      if (before === undefined) return;
      const [owner, killSignal] = await Promise.all([
        this.#judge(before),
        this.#readSignal(before.entry.threadId),
        this.#runs?.verifyLatest(shortId),
      ]);
      const approvals = this.#approvals.of(before.entry.threadId);
      this.#set({ ...before, owner, killSignal, approvals, latestRun: this.#runs?.latest(shortId) });
    });
  }

  async #judge({ shortId, entry }: ThreadOnDisk): Promise<OwnerVerdict> {
    const verdict = await judgeOwner(await readPidFile(this.folder, shortId));
    const ageMs = Math.abs(Date.now() - Date.parse(entry.updatedAt ?? ''));
    return verdict.kind === 'dead' && ageMs < pidFileDelay ? { kind: 'alive' } : verdict;
  }

  async #readSignal(threadId: string): Promise<KillSignal | undefined> {
    try {
      return await readKillSignal(this.folder, threadId);
    } catch (error) {
      this.#log.debug(`Kill signal of ${threadId}: ${errorText(error)}`);
      return undefined;
    }
  }

  #set(thread: ThreadOnDisk): void {
    const before = this.#threads.get(thread.shortId);
    if (before !== undefined && isSameThread(before, thread)) return;
    this.#threads.set(thread.shortId, thread);
    this.#places.replace(before, thread);
  }
}
