import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LockTimes } from '../../../src/state/fileLock';
import { StateRoot } from '../../../src/state/stateRoot';

/** Tries more often than the CLI, for quick tests. */
export const quickLock: LockTimes = { retry: [1, 3], giveUp: 10_000, stale: 60_000 };

/** An empty state root for each test of a suite, removed after it. */
export function useScratchRoot(lockTimes?: LockTimes): () => StateRoot {
  let folder = '';
  let root: StateRoot | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codex-state-'));
    root = new StateRoot(join(folder, '.codex-collab'), lockTimes === undefined ? {} : { lockTimes });
  });
  afterEach(async () => await rm(folder, { recursive: true, force: true }));
  return () => {
    if (root === undefined) throw new Error('Only inside a test.');
    return root;
  };
}

export const someKey = 'repo-0123456789abcdef';

/** The names of all files below a folder that are locks or temporary files. */
export async function leftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.(lock|tmp|stale-.*)$/.test(name));
}

/** Waits until `condition` holds; fails with `what` after five seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Never happened: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}
