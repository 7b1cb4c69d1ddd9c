// The lock around every change of one shared file: `<target>.lock`, made exclusively, empty.
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, renameSync, unlinkSync } from 'node:fs';

const staleMs = 60_000;

/** The real programs try 600 times, which takes some 30 s; `tries` shortens that. */
export function underLock(generation, target, tries, work) {
  const lock = `${target}.lock`;
  const descriptor = generation === 'A' ? acquireAsA(lock, tries) : acquireAsB(lock, tries);
  try {
    return work();
  } finally {
    if (generation === 'A') releaseAsA(lock, descriptor);
    else releaseAsB(lock, descriptor);
  }
}

/** Generation A asks for the age of a lock only when it has waited in vain, and then removes it by its name. */
function acquireAsA(lock, tries) {
  for (let left = tries; left > 0; left--) {
    const descriptor = create(lock);
    if (descriptor !== undefined) return descriptor;
    pause();
  }
  if (ageOf(lock) >= staleMs) {
    unlinkSync(lock);
    const descriptor = create(lock);
    if (descriptor !== undefined) return descriptor;
  }
  throw givenUp(lock);
}

/** Generation B looks at each try, and moves a stale lock away before it removes it. */
function acquireAsB(lock, tries) {
  for (let left = tries; left > 0; left--) {
    const descriptor = create(lock);
    if (descriptor !== undefined) return descriptor;
    if (ageOf(lock) >= staleMs) {
      const tombstone = `${lock}.stale-${process.pid}-${randomBytes(3).toString('hex')}`;
      try {
        renameSync(lock, tombstone);
        unlinkSync(tombstone);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
      continue;
    }
    pause();
  }
  throw givenUp(lock);
}

/** Generation A removes whatever lies there, be it the lock of somebody else. */
function releaseAsA(lock, descriptor) {
  closeSync(descriptor);
  try {
    unlinkSync(lock);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function releaseAsB(lock, descriptor) {
  const held = fstatSync(descriptor);
  const onDisk = lstatSync(lock, { throwIfNoEntry: false });
  closeSync(descriptor);
  if (onDisk?.ino === held.ino && onDisk.dev === held.dev) unlinkSync(lock);
}

function create(lock) {
  try {
    return openSync(lock, 'wx', 0o644);
  } catch (error) {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  }
}

/** In ms; that of a lock which has gone is zero. */
function ageOf(lock) {
  const stats = lstatSync(lock, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

function givenUp(lock) {
  return new Error(`Could not get the lock ${lock} (${Math.round(ageOf(lock) / 1000)} s old). Delete it.`);
}

function pause() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30 + Math.random() * 40);
}
