import { fileStamp } from './fileStamp';
import { inBatches } from './inBatches';
import { listRunIds, readRunRecord } from './runRecords';
import { summariseRun, type RunSummary } from './runSummary';
import type { StateFolder } from './stateFolder';

interface KnownRun {
  /** Of the file when it was read. */
  readonly stamp: string | undefined;
  /** Undefined when the record cannot be used. */
  readonly summary: RunSummary | undefined;
}

/**
 * What is known of the run records of one folder. The name of a record does not tell its thread, so they are
 * read newest first and only until the run that is asked for has been found.
 */
export class RunCatalog {
  readonly #folder: StateFolder;
  readonly #known = new Map<string, KnownRun>();
  readonly #byShortId = new Map<string, Map<string, RunSummary>>();

  constructor(folder: StateFolder) {
    this.#folder = folder;
  }

  /** The run of a thread that began last, of those read so far. */
  latest(shortId: string): RunSummary | undefined {
    const runs = this.#byShortId.get(shortId);
    if (runs === undefined) return undefined;
    return [...runs.values()].reduce((best, run) => (isLater(run, best) ? run : best));
  }

  /** Reads records until the latest run of each of these threads is known, or there is none. */
  async find(shortIds: Iterable<string>): Promise<void> {
    const wanted = new Set(shortIds);
    if (wanted.size === 0) return;
    const newestFirst = (await this.#list()).reverse();
    const chunk = 16;
    for (let start = 0; start < newestFirst.length && wanted.size > 0; start += chunk) {
      const runIds = newestFirst.slice(start, start + chunk);
      const unread = runIds.filter((id) => !this.#known.has(id));
      await inBatches(unread, async (id) => {
        await this.#read(id);
      });
      for (const id of runIds) wanted.delete(this.#known.get(id)?.summary?.shortId ?? '');
    }
  }

  /** Reads these records again, or for the first time. Returns the short ids of the threads concerned. */
  async reread(runIds: Iterable<string>): Promise<Set<string>> {
    const concerned = new Set<string>();
    await inBatches([...runIds], async (id) => {
      for (const shortId of await this.#read(id)) concerned.add(shortId);
    });
    await this.find(concerned);
    return concerned;
  }

  /** Looks for records that changed, went or are new; returns the short ids of the threads concerned. */
  async verify(): Promise<Set<string>> {
    if (this.#known.size === 0) return new Set();
    const listed = await this.#list();
    const newestKnown = [...this.#known.keys()].reduce((a, b) => (a > b ? a : b));
    const changed = new Set(listed.filter((id) => id > newestKnown));
    await inBatches([...this.#known], async ([id, { stamp }]) => {
      if ((await fileStamp(this.#folder.runRecordFile(id))) !== stamp) changed.add(id);
    });
    return await this.reread(changed);
  }

  /** Reads the latest record of a thread again if it changed. */
  async verifyLatest(shortId: string): Promise<void> {
    const runId = this.latest(shortId)?.runId;
    if (runId === undefined) return;
    const stamp = await fileStamp(this.#folder.runRecordFile(runId));
    if (stamp !== this.#known.get(runId)?.stamp) await this.#read(runId);
  }

  /** Ids of runs, oldest first; none when they cannot be listed, as without records a thread is complete. */
  async #list(): Promise<string[]> {
    return await listRunIds(this.#folder).catch(() => []);
  }

  /** Returns the short ids that the record named before and names now. */
  async #read(runId: string): Promise<string[]> {
    const stamp = await fileStamp(this.#folder.runRecordFile(runId));
    const reading = await readRunRecord(this.#folder, runId);
    const before = this.#known.get(runId)?.summary;
    this.#forget(runId);
    if (reading.kind === 'missing') return before === undefined ? [] : [before.shortId];
    const summary = reading.kind === 'ok' ? summariseRun(reading.record) : undefined;
    this.#known.set(runId, { stamp, summary });
    if (summary !== undefined) this.#remember(runId, summary);
    return [before, summary].flatMap((run) => (run === undefined ? [] : [run.shortId]));
  }

  #remember(runId: string, summary: RunSummary): void {
    const runs = this.#byShortId.get(summary.shortId) ?? new Map<string, RunSummary>();
    this.#byShortId.set(summary.shortId, runs.set(runId, summary));
  }

  #forget(runId: string): void {
    const shortId = this.#known.get(runId)?.summary?.shortId;
    this.#known.delete(runId);
    if (shortId === undefined) return;
    const runs = this.#byShortId.get(shortId);
    runs?.delete(runId);
    if (runs?.size === 0) this.#byShortId.delete(shortId);
  }
}

function isLater(a: RunSummary, b: RunSummary): boolean {
  const [startOfA, startOfB] = [a.startedAt ?? '', b.startedAt ?? ''];
  return startOfA === startOfB ? a.runId > b.runId : startOfA > startOfB;
}
