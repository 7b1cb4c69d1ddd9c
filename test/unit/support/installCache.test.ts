import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from '../../support/installCache';

describe('the cache of installed editors', () => {
  let cache: string;
  beforeEach(async () => (cache = await mkdtemp(join(tmpdir(), 'codex-collab-cache-'))));
  afterEach(() => rm(cache, { recursive: true }));

  const install = (folder: string): Promise<void> => writeFile(join(folder, 'editor'), 'whole');

  it('installs once', async () => {
    let count = 0;
    const fill = async (folder: string): Promise<void> => {
      count++;
      await install(folder);
    };
    const first = await ensureInstalled(cache, 'editor-1', fill);
    assert.equal(await ensureInstalled(cache, 'editor-1', fill), first);
    assert.equal(count, 1);
    assert.deepEqual(await readdir(cache), ['editor-1']);
  });

  it('lets a second installer wait for the first', async () => {
    let isRunning = false;
    const fill = async (folder: string): Promise<void> => {
      assert.equal(isRunning, false);
      isRunning = true;
      await install(folder);
    };
    const both = [1, 2].map(() => ensureInstalled(cache, 'editor-1', fill));
    const [one, other] = await Promise.all(both);
    assert.equal(one, other);
  });

  it('installs again after an installation that failed', async () => {
    const broken = ensureInstalled(cache, 'editor-1', () => Promise.reject(new Error('no network')));
    await assert.rejects(broken, /no network/);
    const folder = await ensureInstalled(cache, 'editor-1', install);
    assert.equal(await readFile(join(folder, 'editor'), 'utf8'), 'whole');
    assert.deepEqual(await readdir(cache), ['editor-1']);
  });

  it('takes over from an installer that was killed, and removes what it left', async () => {
    await mkdir(join(cache, '.unfinished-editor-1-old'));
    const lock = join(cache, '.editor-1.lock');
    await writeFile(lock, '');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await ensureInstalled(cache, 'editor-1', install);
    assert.deepEqual(await readdir(cache), ['editor-1']);
  });
});
