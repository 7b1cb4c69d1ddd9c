import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { UserError } from '../../../src/base/userError';
import { FileLock } from '../../../src/state/fileLock';
import { leftovers, quickLock, useScratchRoot } from './scratchRoot';

describe('the file lock', () => {
  const root = useScratchRoot();
  let target = '';
  let lock = new FileLock('');
  beforeEach(async () => {
    await mkdir(root().path);
    target = root().global.indexFile;
    lock = new FileLock(target, quickLock);
  });

  const age = async (ms: number): Promise<void> => {
    const then = new Date(Date.now() - ms);
    await writeFile(`${target}.lock`, '');
    await utimes(`${target}.lock`, then, then);
  };

  it('is a file while it is held, and gone afterwards, also when the work fails', async () => {
    const result = await lock.hold(async (held) => {
      assert.equal((await stat(`${target}.lock`)).size, 0);
      assert.equal(await held.isStillOurs(), true);
      return 7;
    });
    assert.equal(result, 7);
    await assert.rejects(
      lock.hold(() => Promise.reject(new Error('work'))),
      /work/,
    );
    assert.deepEqual(await leftovers(root().path), []);
  });

  it('lets callers of this process in one after the other, in order', async () => {
    const order: number[] = [];
    const enter = (n: number): Promise<void> =>
      lock.hold(async () => {
        order.push(n);
        await new Promise((done) => setTimeout(done, 2));
        order.push(n);
      });
    await Promise.all([0, 1, 2, 3].map(enter));
    assert.deepEqual(order, [0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('waits for another holder', async () => {
    await writeFile(`${target}.lock`, '');
    let isFree = false;
    setTimeout(() => {
      isFree = true;
      void rm(`${target}.lock`);
    }, 100);
    await lock.hold(() => {
      assert.ok(isFree);
      return Promise.resolve();
    });
  });

  it('gives up on a lock that stays, names it, and leaves it alone', async () => {
    await age(100);
    const hasty = new FileLock(target, { ...quickLock, giveUp: 50 });
    await assert.rejects(
      hasty.hold(() => Promise.resolve()),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.ok(error.message.includes(`${target}.lock`), error.message);
        return true;
      },
    );
    assert.ok(existsSync(`${target}.lock`));
    await rm(`${target}.lock`);
    await hasty.hold(() => Promise.resolve()); // a failure does not block the queue
  });

  it('breaks a stale one at once and leaves no trace of it', async () => {
    await age(70_000);
    await new FileLock(target, { ...quickLock, giveUp: 0 }).hold(() => Promise.resolve());
    assert.deepEqual(await readdir(root().path), []);
  });

  it('has one winner when many break the same stale one', async () => {
    await age(70_000);
    let inside = 0;
    const enter = (): Promise<void> =>
      new FileLock(target, quickLock).hold(async (held) => {
        assert.equal(++inside, 1);
        await new Promise((done) => setTimeout(done, 1));
        assert.equal(await held.isStillOurs(), true);
        inside--;
      });
    await Promise.all(Array.from({ length: 12 }, enter));
    assert.deepEqual(await readdir(root().path), []);
  });

  it('notices that it was stolen, and leaves the lock of the thief', async () => {
    await lock.hold(async (held) => {
      await rm(`${target}.lock`);
      assert.equal(await held.isStillOurs(), false);
      await writeFile(`${target}.lock`, '');
      assert.equal(await held.isStillOurs(), false);
    });
    assert.ok(existsSync(`${target}.lock`));
  });

  it('fails at once when the folder is missing', async () => {
    await rm(root().path, { recursive: true });
    await assert.rejects(lock.hold(() => Promise.resolve()));
  });
});
