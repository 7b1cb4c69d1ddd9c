import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftovers } from '../appServer/leftoverProcesses';
import type { Log } from '../base/log';
import { isRecord } from '../base/record';
import { errorText } from '../base/userError';
import { isSafeId } from '../state/ids';
import { isProcessSince } from '../state/processes';
import { repairLostRun } from '../state/lostRun';
import type { StateRoot } from '../state/stateRoot';

const LOST = 'VS Code ended';

/** What has to be known of a run of ours to put things right after its extension host has died. */
export interface OwnRun {
  /** The state folder: a workspace key, or empty for the global folder. */
  readonly folderKey: string;
  readonly shortId: string;
  readonly threadId: string;
  readonly runId: string;
  /** The app-server, and what stands in the environment of everything below it. */
  readonly pid: number;
  readonly marker: string;
  /** The extension host. */
  readonly hostPid: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * A note of each run under way, in a folder of the extension's own that all windows share. A note whose
 * extension host is gone tells the next one what was lost.
 */
export class OwnRuns {
  readonly #dir: string;
  readonly #root: StateRoot;
  readonly #log: Log;

  constructor(dir: string, root: StateRoot, log: Log) {
    this.#dir = dir;
    this.#root = root;
    this.#log = log;
  }

  async note(run: OwnRun): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await writeFile(this.#fileOf(run.runId), JSON.stringify(run), { mode: 0o600 });
  }

  async forget(runId: string): Promise<void> {
    await rm(this.#fileOf(runId), { force: true });
  }

  /**
   * Ends what is left of runs whose extension host is gone, and writes their end where nobody has: index,
   * run record, pid file. Leaves alone what another window runs. Never throws.
   */
  async repair(): Promise<void> {
    for (const run of await this.#list()) {
      try {
        if (await isProcessSince(run.hostPid, run.startedAt)) continue;
        // Codex ends by itself when its host dies; this is for a codex, or a command of it, that did not.
        await endLeftovers(run.marker);
        const folder = run.folderKey === '' ? this.#root.global : this.#root.workspace(run.folderKey);
        if (await repairLostRun(folder, run, LOST))
          this.#log.info(`Run ${run.runId} was lost; its files are repaired.`);
        await this.forget(run.runId);
      } catch (error) {
        this.#log.warn(`Run ${run.runId} could not be repaired: ${errorText(error)}`);
      }
    }
  }

  async #list(): Promise<OwnRun[]> {
    const names = await readdir(this.#dir).catch(() => []);
    const runs = await Promise.all(names.map((name) => this.#read(join(this.#dir, name))));
    return runs.filter((run) => run !== undefined);
  }

  async #read(file: string): Promise<OwnRun | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (isOwnRun(value)) return value;
    } catch (error) {
      this.#log.warn(`${file}: ${errorText(error)}`);
    }
    return undefined;
  }

  #fileOf(runId: string): string {
    return join(this.#dir, `${runId}.json`);
  }
}

function isOwnRun(value: unknown): value is OwnRun {
  if (!isRecord(value)) return false;
  const { folderKey, shortId, threadId, runId, pid, marker, hostPid, startedAt } = value;
  const ids = [shortId, threadId, runId, marker].every(isSafeId);
  const numbers = [pid, hostPid, startedAt].every(
    (number) => Number.isSafeInteger(number) && Number(number) > 0,
  );
  return ids && numbers && typeof folderKey === 'string';
}
