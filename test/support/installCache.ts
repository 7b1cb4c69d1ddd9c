import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../src/base/userError';

/** A lock whose holder has not shown itself for so long is that of an interrupted installation. */
const lockIsStaleAfterMs = 10_000;
const lockIsRenewedEveryMs = 1_000;

/**
 * Returns the folder `cache/name`, filled once by `fill`. It is filled under another name and renamed when
 * whole: that the folder exists is the proof that its installation ended. A second installer waits for the
 * first one.
 */
export async function ensureInstalled(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const target = join(cache, name);
  if (await exists(target)) return target;
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, `.${name}.lock`), async () => {
    if (await exists(target)) return target;
    await removeInterrupted(cache, name);
    const unfinished = join(cache, `${unfinishedPrefix(name)}${randomUUID()}`);
    await mkdir(unfinished);
    await fill(unfinished);
    await rename(unfinished, target);
    return target;
  });
}

/** Runs `job` while we alone hold the lock. Its age, not a process id, says whether the holder lives: ids are
 * used again, and in containers that share a cache they mean nothing. */
async function withLock<T>(path: string, job: () => Promise<T>): Promise<T> {
  let isAnnounced = false;
  while (!(await tryLock(path))) {
    if (await isStale(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!isAnnounced) console.log('  waiting for another installation to end');
    isAnnounced = true;
    await delay(500);
  }
  const renewal = setInterval(() => {
    const now = new Date();
    // A failure only makes the lock look old.
    utimes(path, now, now).catch(() => undefined);
  }, lockIsRenewedEveryMs);
  try {
    return await job();
  } finally {
    clearInterval(renewal);
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > lockIsStaleAfterMs;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false; // let go just now
    throw error;
  }
}

async function removeInterrupted(cache: string, name: string): Promise<void> {
  const prefix = unfinishedPrefix(name);
  for (const entry of await readdir(cache)) {
    if (entry.startsWith(prefix)) await rm(join(cache, entry), { recursive: true, force: true });
  }
}

function unfinishedPrefix(name: string): string {
  return `.unfinished-${name}-`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
