import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { endedFields } from './entryNote';
import { endLostRecord } from './lostRun';
import { judgeOwner, readPidFile, removeDeadPidFile } from './pidFiles';
import { updateIndex } from './threadIndex';
import type { ThreadOnDisk } from './threadOnDisk';

/** How long (ms) a thread is left alone after a try, so that what cannot be written is not tried for ever. */
const restMs = 60_000;

const OWNER_DIED = 'owner died';

/**
 * Sets threads to `interrupted` whose entry says `running` while the process that ran them is dead, as both
 * generations of the CLI do in their listings. Asks the system who lives, and never signals a process.
 */
export class DeadOwners {
  readonly #log: Log;
  readonly #ownedPids: () => ReadonlySet<number>;
  /** When each state of a thread was tried last (performance clock). */
  readonly #tried = new Map<string, number>();

  constructor(log: Log, ownedPids: () => ReadonlySet<number>) {
    this.#log = log;
    this.#ownedPids = ownedPids;
  }

  /** Repairs those of these threads whose owner is dead. True when something was written. Never throws. */
  async repair(threads: readonly ThreadOnDisk[]): Promise<boolean> {
    const dead = threads.filter(({ owner }) => owner?.kind === 'dead');
    if (dead.length === 0) this.#tried.clear();
    let isAnyRepaired = false;
    for (const thread of dead) {
      const { folder, shortId, entry } = thread;
      const key = [folder.path, shortId, entry.updatedAt].join('\n');
      const lastTry = this.#tried.get(key);
      if (lastTry !== undefined && performance.now() - lastTry < restMs) continue;
      this.#tried.set(key, performance.now());
      try {
        isAnyRepaired = (await this.#repairOne(thread)) || isAnyRepaired;
      } catch (error) {
        const message = `Thread ${shortId} could not be set to interrupted: ${errorText(error)}`;
        if (lastTry === undefined) this.#log.warn(message);
        else this.#log.debug(message);
      }
    }
    return isAnyRepaired;
  }

  async #repairOne(thread: ThreadOnDisk): Promise<boolean> {
    const { folder, shortId, entry } = thread;
    const isRepaired = await updateIndex(folder, async (draft) => {
      const fresh = draft.get(shortId);
      const isSameRun =
        fresh?.lastStatus === 'running' &&
        fresh.threadId === entry.threadId &&
        fresh.updatedAt === entry.raw.updatedAt;
      const reading = await readPidFile(folder, shortId);
      const isOurs = reading.kind === 'pid' && this.#ownedPids().has(reading.pid);
      if (!isSameRun || isOurs || (await judgeOwner(reading)).kind !== 'dead') return false;
      return draft.patch(shortId, endedFields('interrupted', new Date(), OWNER_DIED));
    });
    if (!isRepaired) return false;
    this.#log.info(`Thread ${shortId}: the process that ran it is gone, so it was set to interrupted.`);
    await removeDeadPidFile(folder, shortId);
    if (thread.latestRun !== undefined) await endLostRecord(folder, thread.latestRun.runId, OWNER_DIED);
    return true;
  }
}
