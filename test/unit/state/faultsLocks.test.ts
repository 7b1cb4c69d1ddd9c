import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import { cliLockTimes, FileLock } from '../../../src/state/fileLock';
import { RunFiles } from '../../../src/state/runFiles';
import type { StateFolder } from '../../../src/state/stateFolder';
import { StateRoot } from '../../../src/state/stateRoot';
import { readIndex, updateIndex } from '../../../src/state/threadIndex';
import { leftovers, quickLock, someKey, useScratchRoot } from './scratchRoot';

const outcome = { status: 'completed', output: '', filesChanged: [], commandsRun: [] } as const;

describe('a lock in the way', () => {
  const quick = { ...quickLock, stale: cliLockTimes.stale };
  const root = useScratchRoot(quick);
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
  });
  const age = async (file: string, ms: number): Promise<void> => {
    const then = new Date(Date.now() - ms);
    await utimes(file, then, then);
  };
  const enter = (id: string): Promise<unknown> =>
    updateIndex(folder, (draft) => draft.set(id, { threadId: id }));
  const keys = async (): Promise<string[]> => {
    const reading = await readIndex(folder);
    return reading.kind === 'ok' ? [...reading.entries.keys()].sort() : [];
  };

  for (const name of ['indexFile', 'migrationStateFile'] as const) {
    it(`that is 70 s old is broken, one of 50 s is not (${name})`, async () => {
      const lock = `${folder[name] ?? ''}.lock`;
      await writeFile(lock, '');
      await age(lock, 70_000);
      await enter('a1');
      assert.deepEqual(await leftovers(folder.path), []);
      await writeFile(lock, '');
      await age(lock, 50_000);
      const { ino } = await stat(lock);
      const times = { ...quick, giveUp: 30 };
      const hasty = new StateRoot(root().path, { lockTimes: times }).workspace(someKey);
      await assert.rejects(
        updateIndex(hasty, (draft) => draft.set('b1', { threadId: 'b1' })),
        (error) =>
          error instanceof UserError && error.message.includes(lock) && /for 5\d s/.test(error.message),
      );
      assert.equal((await stat(lock)).ino, ino);
      assert.deepEqual(await keys(), ['a1']);
      assert.deepEqual(await leftovers(folder.path), [lock.slice(folder.path.length + 1)]);
    });
  }

  it('that is an old folder is broken when it is empty, and set aside with what is in it', async () => {
    const lock = folder.indexLockFile;
    await mkdir(lock);
    await age(lock, 70_000);
    await enter('a1');
    assert.deepEqual(await leftovers(folder.path), []);
    await mkdir(lock);
    await writeFile(join(lock, 'kept'), 'text');
    await age(lock, 70_000);
    await enter('b1');
    assert.deepEqual(await keys(), ['a1', 'b1']);
    const [aside = '', ...more] = (await readdir(folder.path)).filter((name) => name.includes('.lock'));
    assert.deepEqual(more, []);
    assert.equal(await readFile(join(folder.path, aside, 'kept'), 'utf8'), 'text');
  });

  it('held by another process is waited for, and every writer comes in once it is free', async () => {
    const program = join(import.meta.dirname, 'outsideWriter.mjs');
    const child = fork(program, { execArgv: [] });
    try {
      const answer = once(child, 'message');
      child.send({ action: 'write', path: folder.indexLockFile, text: '' });
      await answer;
      let done = 0;
      const writers = ['a1', 'b1', 'c1'].map((id) => enter(id).then(() => done++));
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(done, 0);
      child.send({ action: 'remove', path: folder.indexLockFile });
      await Promise.all(writers);
      assert.deepEqual(await keys(), ['a1', 'b1', 'c1']);
      assert.deepEqual(await leftovers(folder.path), []);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('that is stolen each time ends in an error; the index is left as the thieves wrote it', async () => {
    let thefts = 0;
    const change = updateIndex(folder, async (draft) => {
      await unlink(folder.indexLockFile);
      await writeFile(folder.indexFile, JSON.stringify({ [`thief${++thefts}`]: { threadId: 't' } }));
      draft.set('ours', { threadId: 'ours' });
    });
    await assert.rejects(change, (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(folder.indexFile), error.message);
      return true;
    });
    assert.ok(thefts > 1);
    assert.deepEqual(await keys(), [`thief${thefts}`]);
    await enter('a1');
    assert.deepEqual(await leftovers(folder.path), []);
  });

  it('that was stolen by somebody who did what we wanted leaves nothing behind', async () => {
    let calls = 0;
    await updateIndex(folder, async (draft) => {
      draft.set('a1', { threadId: 'a1' });
      if (++calls > 1) return;
      await unlink(folder.indexLockFile);
      await writeFile(folder.indexFile, draft.serialise());
    });
    assert.equal(calls, 2);
    assert.deepEqual(await leftovers(folder.path), []);
  });

  it('that is stale does not keep a host from shutting down: it stays, and the pid file with it', async () => {
    const errors: string[] = [];
    const run = await RunFiles.begin({
      ...{ folder, threadId: 't1', pid: 4_000_001, prompt: 'p', model: 'm', cwd: '/w' },
      log: { ...silentLog, error: (message) => errors.push(message) },
    });
    await writeFile(folder.indexLockFile, '');
    await age(folder.indexLockFile, 70_000);
    const began = performance.now();
    run.finishSync(outcome);
    assert.ok(performance.now() - began < 2000);
    assert.equal(errors.length, 1);
    assert.ok(errors[0]?.includes(folder.indexLockFile), errors[0]);
    assert.ok(existsSync(folder.indexLockFile) && existsSync(folder.pidFile(run.shortId)));
  });

  it('is taken by one window at a time', async () => {
    let inside = 0;
    let most = 0;
    const windows = [0, 1, 2].map(() => new FileLock(folder.indexFile, quickLock));
    const visits = windows.flatMap((lock) =>
      Array.from({ length: 10 }, () =>
        lock.hold(async () => {
          most = Math.max(most, ++inside);
          await new Promise((done) => setTimeout(done, 1));
          inside--;
        }),
      ),
    );
    await Promise.all(visits);
    assert.equal(most, 1);
    await rm(folder.path, { recursive: true });
    assert.deepEqual(await readdir(root().workspacesDir), []);
  });
});
