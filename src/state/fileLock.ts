import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, UserError } from '../base/userError';
import { fileError, isMissing } from './fileErrors';

/** All in milliseconds. */
export interface LockTimes {
  /** Shortest and longest sleep between two tries. */
  readonly retry: readonly [number, number];
  /** After this long the caller gets an error. */
  readonly giveUp: number;
  /** A lock whose file is this old belongs to nobody any more. */
  readonly stale: number;
}

/** The times of the CLI. Shorter ones are for tests. */
export const cliLockTimes: LockTimes = { retry: [30, 70], giveUp: 30_000, stale: 60_000 };

/** What the holder of a lock may ask. */
export interface HeldLock {
  /** False when another process broke the lock meanwhile: then nothing may be written any more. */
  isStillOurs(): Promise<boolean>;
}

/**
 * The lock that guards the read-modify-write of one file against both generations of the CLI and other
 * windows: `<target>.lock`, made exclusively, empty. Callers within this process queue first, in order, so
 * that they do not spin against each other. Not re-entrant.
 */
export class FileLock {
  readonly target: string;
  readonly #file: string;
  readonly #times: LockTimes;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(target: string, times: LockTimes = cliLockTimes) {
    this.target = target;
    this.#file = `${target}.lock`;
    this.#times = times;
  }

  /**
   * Runs `work` while the lock is held and hands back its result. `work` lasts milliseconds: no network, no
   * child process, no question to a person. Throws a `UserError` when the lock cannot be had.
   */
  hold<T>(work: (lock: HeldLock) => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => this.#acquireAndRun(work));
    this.#tail = turn.catch(() => undefined); // its own caller hears of that error
    return turn;
  }

  async #acquireAndRun<T>(work: (lock: HeldLock) => Promise<T>): Promise<T> {
    const handle = await this.#acquire();
    try {
      return await work({ isStillOurs: () => this.#holds(handle) });
    } finally {
      await this.#release(handle);
    }
  }

  async #acquire(): Promise<FileHandle> {
    const deadline = performance.now() + this.#times.giveUp;
    for (;;) {
      try {
        return await open(this.#file, 'wx', 0o600);
      } catch (error) {
        if (!isTaken(error)) throw fileError(error, 'write', this.#file);
      }
      if (await this.#breakStale()) continue;
      if (performance.now() >= deadline) throw await this.#givenUp();
      const [shortest, longest] = this.#times.retry;
      await sleep(shortest + Math.random() * (longest - shortest));
    }
  }

  /** True when the lock on disk was stale and is gone. */
  async #breakStale(): Promise<boolean> {
    const seen = await identityOf(this.#file);
    if (seen === undefined || Date.now() - seen.mtimeMs < this.#times.stale) return false;
    const tombstone = `${this.#file}.stale-${process.pid}-${randomBytes(3).toString('hex')}`;
    try {
      await rename(this.#file, tombstone);
    } catch (error) {
      if (isMissing(error)) return true;
      throw fileError(error, 'write', this.#file);
    }
    // Between the look and the rename another process may have broken the same lock and made its own: then
    // that one was moved, and goes back, unless a third has come in.
    const moved = await identityOf(tombstone);
    if (moved?.id !== seen.id) await link(tombstone, this.#file).catch(() => undefined);
    await unlink(tombstone).catch(() => rmdir(tombstone).catch(() => undefined));
    return true;
  }

  async #givenUp(): Promise<UserError> {
    const seen = await identityOf(this.#file);
    const seconds = Math.round((Date.now() - (seen?.mtimeMs ?? Infinity)) / 1000);
    const age = seconds < 0 ? '' : ` for ${seconds} s`; // a clock that was set back tells nothing
    return new UserError(
      `Another program has kept ${this.target} locked${age}. Try again; if no codex-collab command is ` +
        `running, delete ${this.#file} first.`,
    );
  }

  async #holds(handle: FileHandle): Promise<boolean> {
    const [held, onDisk] = await Promise.all([handle.stat({ bigint: true }), identityOf(this.#file)]);
    return onDisk?.id === `${held.dev}:${held.ino}`;
  }

  /**
   * The handle stays open until the file on disk has been compared with it: a closed one's inode number may
   * already be that of a stranger's lock. Generation A removes and steals locks, so a missing one is no error.
   */
  async #release(handle: FileHandle): Promise<void> {
    const isOurs = await this.#holds(handle).catch(() => false);
    await handle.close().catch(() => undefined); // the work is done, or has its own error to tell
    if (isOurs) await unlink(this.#file).catch(() => undefined);
  }
}

async function identityOf(file: string): Promise<{ id: string; mtimeMs: number } | undefined> {
  try {
    const stats = await lstat(file, { bigint: true });
    return { id: `${stats.dev}:${stats.ino}`, mtimeMs: Number(stats.mtimeMs) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError(error, 'read', file);
  }
}

/** On Windows a lock that is just being deleted answers with EPERM or EBUSY. */
function isTaken(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  return code === 'EEXIST' || (process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code));
}
