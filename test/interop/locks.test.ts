import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/base/userError';
import { StateRoot } from '../../src/state/stateRoot';
import type { StateFolder } from '../../src/state/stateFolder';
import { updateIndex } from '../../src/state/threadIndex';
import { projectRoot } from '../support/paths';
import { waitUntil } from '../support/processes';
import type { EditorWindow } from './editorWindow';
import { ScratchShare } from './scratchShare';
import { givenFile, leftovers, readJson, statuses } from './stateFiles';

describe('the lock of an index', () => {
  let share: ScratchShare;
  let window: EditorWindow;
  beforeEach(async () => {
    share = await ScratchShare.create();
    window = await share.window();
  });
  afterEach(() => share.dispose());

  const givenLock = async (folder: StateFolder, ageSeconds: number): Promise<void> => {
    await givenFile(folder.indexLockFile, '');
    const then = new Date(Date.now() - ageSeconds * 1000);
    await utimes(folder.indexLockFile, then, then);
  };

  const touch = (folder: StateFolder): Promise<void> =>
    updateIndex(folder, (draft) => draft.set('aaaaaaaa', { threadId: 'thread', lastStatus: 'completed' }));

  for (const generation of ['A', 'B'] as const) {
    it(`14 · generation ${generation} gets past a lock that was left 70 s ago, and so do we`, async () => {
      const folder = await share.folder(window, generation);
      await givenLock(folder, 70);
      const program = `generation${generation}.mjs`;
      const clean = await share.outside.start(program, 'clean', '--tries', '3').ended;
      assert.equal(clean.code, 0, clean.stderr);
      assert.deepEqual(await leftovers(folder), []);
      await givenLock(folder, 70);
      await touch(folder);
      assert.deepEqual(await statuses(folder), { aaaaaaaa: 'completed' });
      assert.deepEqual(await leftovers(folder), []);
    });

    it(`15 · generation ${generation} waits for us, and gives up without touching our lock`, async () => {
      const folder = await share.folder(window, generation);
      const program = `generation${generation}.mjs`;
      await share.outside.start(program, 'run', 'say:first').ended;
      const [shortId = ''] = Object.keys(await statuses(folder));
      const resume = (...more: string[]): ReturnType<typeof share.outside.start> =>
        share.outside.start(program, 'run', 'say:second', '--resume', shortId, ...more);
      const { patient, releasedAt } = await folder.indexLock.hold(async (lock) => {
        const started = resume();
        const { code, stderr } = await resume('--tries', '3').ended;
        assert.equal(code, 1);
        assert.match(stderr, /threads\.json\.lock/);
        assert.equal(await lock.isStillOurs(), true);
        return { patient: started, releasedAt: Date.now() };
      });
      assert.equal((await patient.ended).code, 0);
      const entry = (await readJson(folder.indexFile))[shortId] as { updatedAt: string };
      assert.ok(Date.parse(entry.updatedAt) >= releasedAt);
      assert.deepEqual(await leftovers(folder), []);
    });
  }

  it('15 · we wait for somebody else, and give up without touching their lock', async () => {
    const retry = [30, 70] as const;
    const lockTimes = { retry, giveUp: 200, stale: 60_000 };
    const { global } = new StateRoot(share.statePath, { lockTimes });
    await givenLock(global, 0);
    const { ino } = await stat(global.indexLockFile);
    await assert.rejects(
      touch(global),
      (error) => error instanceof UserError && error.message.includes('locked'),
    );
    assert.equal((await stat(global.indexLockFile)).ino, ino);
    let isDone = false;
    const patient = touch(window.root.global).then(() => (isDone = true));
    await sleep(200);
    assert.equal(isDone, false);
    await rm(global.indexLockFile);
    await patient;
    assert.deepEqual(await leftovers(global), []);
  });

  it('16 · four windows and two of each generation enter 160 threads at once, and none is lost', async () => {
    const { global } = window.root;
    await global.ensure();
    const outsiders = ['A', 'A', 'B', 'B'].map((generation, index) =>
      share.outside.start('registrar.mjs', generation, global.indexFile, `${generation}${index}`, '20'),
    );
    const program = join(import.meta.dirname, 'windowRegistrar.ts');
    const windows = [0, 1, 2, 3].map((index) => {
      const args = ['--import', 'tsx', program, share.statePath, `window${index}`, '20'];
      return once(spawn(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' }), 'close');
    });
    for (const { ended } of outsiders) assert.deepEqual((await ended).stderr, '');
    for (const closed of windows) assert.deepEqual(await closed, [0, null]);
    assert.equal(Object.keys(await readJson(global.indexFile)).length, 160);
    assert.deepEqual(await leftovers(global), []);
    await waitUntil(() => [...window.store.all()].length === 160, {
      ...{ timeoutMs: 15_000, what: 'a row for each thread' },
    });
  });
});
