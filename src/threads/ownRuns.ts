import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftovers } from '../appServer/leftoverProcesses';
import type { Log } from '../base/log';
import { isRecord } from '../base/record';
import { errorText } from '../base/userError';
import { writeAtomically } from '../state/atomicFile';
import { isSafeId } from '../state/ids';
import { livePids } from '../state/livePids';
import { repairLostRun } from '../state/lostRun';
import { readPlainFile } from '../state/plainFile';
import { isProcessAlive, isProcessSince, processIdentity } from '../state/processes';
import type { StateFolder } from '../state/stateFolder';
import type { StateRoot } from '../state/stateRoot';
import { readIndex } from '../state/threadIndex';
import { WINDOW_CLOSED } from './turnEnding';

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
  /** From `processIdentity`: undefined where the system does not tell. */
  readonly hostIdentity?: string | undefined;
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
    await writeAtomically(this.#fileOf(run.runId), JSON.stringify(run));
  }

  /** Those that other windows of ours have under way. */
  async ofOtherWindows(): Promise<OwnRun[]> {
    const noted = (await this.#list()).filter(({ hostPid }) => hostPid !== process.pid);
    const isLive = await Promise.all(
      noted.map(async (run) => (await isHostAlive(run)) && (await isProcessSince(run.pid, run.startedAt))),
    );
    return noted.filter((_, i) => isLive[i]);
  }

  /**
   * Processes that are not ours to end, even below a turn of ours, which may start the CLI or an editor: what the
   * shared folder names, and the extension hosts of runs under way.
   * @throws UserError when the shared folder cannot be read
   */
  async foreignPids(): Promise<Set<number>> {
    const pids = await livePids(this.#root);
    for (const run of await this.#list()) if (await isHostAlive(run)) pids.add(run.hostPid);
    return pids;
  }

  async forget(runId: string): Promise<void> {
    await rm(this.#fileOf(runId), { force: true });
  }

  /**
   * Ends what is left of runs whose window is gone, and writes their end where nobody has: index, run record,
   * pid file. Leaves alone what another window runs. Gives the threads of those runs. Never throws.
   */
  async repair(): Promise<string[]> {
    const lost: string[] = [];
    for (const run of await this.#list()) {
      try {
        if ((await isHostAlive(run)) && !(await this.#isLeftBehind(run))) continue;
        lost.push(run.threadId);
        // Codex ends by itself when its host dies; this is for a codex, or a command of it, that did not.
        await endLeftovers(run.marker, await this.foreignPids(), this.#log);
        if (await repairLostRun(this.#folder(run.folderKey), run, LOST))
          this.#log.info(`Run ${run.runId} was lost; its files are repaired.`);
        await this.forget(run.runId);
      } catch (error) {
        this.#log.warn(`Run ${run.runId} could not be repaired: ${errorText(error)}`);
      }
    }
    return lost;
  }

  /** True when its window has let go of it; that window's extension host may live on for a moment. */
  async #isLeftBehind({ folderKey, shortId, threadId }: OwnRun): Promise<boolean> {
    const reading = await readIndex(this.#folder(folderKey));
    const entry = reading.kind === 'ok' ? reading.entries.get(shortId) : undefined;
    return entry?.threadId === threadId && entry.note.reason === WINDOW_CLOSED;
  }

  #folder(key: string): StateFolder {
    return key === '' ? this.#root.global : this.#root.workspace(key);
  }

  async #list(): Promise<OwnRun[]> {
    const names = await readdir(this.#dir).catch(() => []);
    const notes = names.filter((name) => name.endsWith('.json'));
    const runs = await Promise.all(notes.map((name) => this.#read(join(this.#dir, name))));
    return runs.filter((run) => run !== undefined);
  }

  async #read(file: string): Promise<OwnRun | undefined> {
    try {
      const value: unknown = JSON.parse(await readPlainFile(file));
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

/** By its identity, since a clock that is set makes a start time useless, and a mistake ends a turn under way. */
async function isHostAlive({ hostPid, hostIdentity, startedAt }: OwnRun): Promise<boolean> {
  if (!isProcessAlive(hostPid)) return false;
  const identity = await processIdentity(hostPid);
  if (hostIdentity === undefined || identity === undefined) return await isProcessSince(hostPid, startedAt);
  return identity === hostIdentity;
}

function isOwnRun(value: unknown): value is OwnRun {
  if (!isRecord(value)) return false;
  const { folderKey, shortId, threadId, runId, pid, marker, hostPid, hostIdentity, startedAt } = value;
  const ids = [shortId, threadId, runId, marker].every(isSafeId);
  const numbers = [pid, hostPid, startedAt].every(
    (number) => Number.isSafeInteger(number) && Number(number) > 0,
  );
  const texts = typeof folderKey === 'string' && ['string', 'undefined'].includes(typeof hostIdentity);
  return ids && numbers && texts;
}
