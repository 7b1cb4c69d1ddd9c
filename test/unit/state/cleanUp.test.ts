import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { carryOutCleanUp, planCleanUp } from '../../../src/state/cleanUp';
import type { CleanUpResult } from '../../../src/state/cleanUp';
import type { StateFolder } from '../../../src/state/stateFolder';
import { updateIndex } from '../../../src/state/threadIndex';
import { diskError, isBelow, onFaultyDisk } from './faultyDisk';
import { quickLock, someKey, useScratchRoot } from './scratchRoot';

const now = Date.now();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const old = 8 * DAY;

describe('a clean-up', () => {
  const root = useScratchRoot(quickLock);
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const iso = (age: number): string => new Date(now - age).toISOString();
  const bothLayouts = (): StateFolder[] => [root().global, root().workspace(someKey)];

  /** A file whose date is `age` ms ago. */
  const given = async (path: string, text: string, age = old): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await utimes(path, new Date(now - age), new Date(now - age));
  };
  const givenThread = async (
    folder: StateFolder,
    shortId: string,
    fields: Record<string, unknown> = {},
  ): Promise<void> => {
    const entry = { threadId: `t-${shortId}`, createdAt: iso(30 * DAY), updatedAt: iso(old), cwd: '/w' };
    await mkdir(folder.path, { recursive: true });
    await updateIndex(folder, (draft) =>
      draft.set(shortId, { ...entry, lastStatus: 'completed', ...fields }),
    );
  };
  const givenRecord = async (folder: StateFolder, runId: string, shortId: string): Promise<void> => {
    if (folder.layout === 'global') return;
    await given(folder.runRecordFile(runId), JSON.stringify({ runId, shortId, threadId: `t-${shortId}` }));
    await given(join(folder.logsDir, `detached-${runId}.log`), 'printed');
  };
  const deadPid = async (): Promise<string> => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    return String(child.pid);
  };
  /** What is there, without the index itself and without folders. */
  const files = async (folder: StateFolder): Promise<string[]> => {
    const found = await readdir(folder.path, { recursive: true, withFileTypes: true });
    return found
      .filter((item) => !item.isDirectory())
      .map((item) => relative(folder.path, join(item.parentPath, item.name)))
      .filter((name) => name !== 'threads.json' && !name.startsWith('workspaces'))
      .sort();
  };
  const listed = async (folder: StateFolder): Promise<string[]> =>
    Object.keys(JSON.parse(await readFile(folder.indexFile, 'utf8')) as object);
  const cleanUp = async (...folders: StateFolder[]): Promise<CleanUpResult> =>
    await carryOutCleanUp(await planCleanUp(folders, now), folders, now);
  const nothing = { removed: 0, usedMeanwhile: 0, files: 0, failures: [] };

  for (const layout of ['global', 'workspace'] as const) {
    describe(`of the ${layout} layout`, () => {
      const folder = (): StateFolder => (layout === 'global' ? root().global : root().workspace(someKey));

      it('takes an old thread with its logs, records, pid file and signal, and nothing of its neighbour', async () => {
        for (const id of ['aaaaaaaa', 'bbbbbbbb']) {
          await givenThread(folder(), id, id === 'aaaaaaaa' ? {} : { updatedAt: iso(DAY) });
          await given(folder().sharedLogFile(id), 'said something');
          await given(folder().runLogFile(id, `run-${id}`), 'said more');
          await givenRecord(folder(), `run-${id}`, id);
        }
        await given(folder().pidFile('aaaaaaaa'), await deadPid());
        await given(folder().killSignalFile('t-aaaaaaaa'), '');
        const plan = await planCleanUp([folder()], now);
        assert.deepEqual(
          plan.threads.map(({ threadId }) => threadId),
          ['t-aaaaaaaa'],
        );
        assert.deepEqual([plan.files, plan.problems], [[], []]);
        assert.ok(plan.bytes >= 'said more'.length);
        const result = await carryOutCleanUp(plan, [folder()], now);
        assert.deepEqual([result.removed, result.failures], [1, []]);
        assert.deepEqual(await listed(folder()), ['bbbbbbbb']);
        assert.doesNotMatch((await files(folder())).join('\n'), /aaaaaaaa/);
        assert.equal((await files(folder())).length, layout === 'global' ? 1 : 4);
        assert.deepEqual(await cleanUp(folder()), nothing);
      });

      it('keeps what runs, was used lately or has a fresh log', async () => {
        await givenThread(folder(), 'running', { lastStatus: 'running' });
        await given(folder().sharedLogFile('running'), 'long ago');
        await givenThread(folder(), 'dead', { lastStatus: 'running' });
        await given(folder().pidFile('dead'), await deadPid());
        await givenThread(folder(), 'updated', { updatedAt: iso(6 * DAY) });
        await given(folder().sharedLogFile('updated'), 'long ago');
        await givenThread(folder(), 'logged');
        await given(folder().runLogFile('logged', 'run-1'), 'lately', 6 * DAY);
        await givenThread(folder(), 'dateless', { createdAt: 'x', updatedAt: undefined });
        const before = [await listed(folder()), await files(folder())];
        assert.deepEqual(await cleanUp(folder()), nothing);
        assert.deepEqual([await listed(folder()), await files(folder())], before);
      });

      it('keeps what belongs to a process that lives, however old it is', async () => {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        children.push(child);
        await once(child, 'spawn');
        await givenThread(folder(), 'owned', { lastStatus: 'interrupted' });
        for (const id of ['owned', 'unlisted']) {
          await given(folder().pidFile(id), String(child.pid), now - Date.now());
        }
        const nextWeek = Date.now() + old;
        const alive = await planCleanUp([folder()], nextWeek);
        assert.deepEqual([alive.threads, alive.files], [[], []]);
        child.kill('SIGKILL');
        await once(child, 'exit');
        const dead = await planCleanUp([folder()], nextWeek);
        assert.deepEqual([dead.threads.length, dead.files.length], [1, 1]);
      });

      it('takes pid files, signals and approvals of a day ago, unless something still runs with them', async () => {
        await givenThread(folder(), 'running', { lastStatus: 'running' });
        await given(folder().pidFile('gone'), await deadPid(), 25 * HOUR);
        await given(folder().pidFile('fresh'), await deadPid(), 23 * HOUR);
        await given(folder().killSignalFile('t-gone'), '*', 25 * HOUR);
        await given(folder().killSignalFile('t-fresh'), '*', 23 * HOUR);
        await given(folder().killSignalFile('t-running'), '*', 25 * HOUR);
        for (const id of ['gone', 'running']) {
          const request = JSON.stringify({ type: 'fileChange', threadId: `t-${id}` });
          await given(folder().approvalRequestFile(id), request, 25 * HOUR);
          await given(folder().approvalDecisionFile(id), 'accept', 25 * HOUR);
        }
        await given(folder().approvalDecisionFile('lonely'), 'accept', 25 * HOUR);
        assert.deepEqual(await cleanUp(folder()), { ...nothing, files: 5 });
        assert.deepEqual(await files(folder()), [
          ...['approvals/running.decision', 'approvals/running.json'],
          ...['kill-signals/t-fresh', 'kill-signals/t-running', 'pids/fresh'],
        ]);
      });

      it('takes logs of threads that are gone, and what its own writes left, but no names that it does not write', async () => {
        await givenThread(folder(), 'listed');
        await updateIndex(folder(), (draft) => draft.patch('listed', { updatedAt: iso(0) }));
        for (const id of ['listed', 'gone']) {
          await given(folder().sharedLogFile(id), 'x');
          await given(folder().runLogFile(id, 'run-1'), 'x');
        }
        await given(folder().sharedLogFile('justgone'), 'x', 6 * DAY);
        const temp = '.4711-0123abcd.tmp';
        await given(`${folder().pidFile('x')}${temp}`, '1');
        await given(join(folder().path, `kill-signal${temp}`), '1');
        await given(`${folder().pidFile('y')}${temp}`, '1', HOUR);
        await given(`${folder().indexFile}.lock.stale-4711-0123ab`, '');
        await given(join(folder().path, 'notes.tmp'), 'somebody else’s');
        await given(join(folder().logsDir, 'notes.txt'), 'somebody else’s');
        const isGlobal = layout === 'global';
        assert.deepEqual(await cleanUp(folder()), { ...nothing, files: isGlobal ? 4 : 5 });
        assert.deepEqual(await files(folder()), [
          ...['logs/justgone.log', 'logs/listed.log', ...(isGlobal ? [] : ['logs/listed/run-1.log'])],
          ...['logs/notes.txt', 'notes.tmp', `pids/y${temp}`],
        ]);
      });

      it('lets a thread stay that somebody goes on with between the question and the answer', async () => {
        for (const id of ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']) {
          await givenThread(folder(), id);
          await given(folder().sharedLogFile(id), 'x');
        }
        const plan = await planCleanUp([folder()], now);
        assert.equal(plan.threads.length, 3);
        await updateIndex(folder(), (draft) => draft.patch('aaaaaaaa', { lastStatus: 'running' }));
        await given(folder().sharedLogFile('bbbbbbbb'), 'more', 0);
        const result = await carryOutCleanUp(plan, [folder()], now);
        assert.deepEqual(result, { removed: 1, usedMeanwhile: 2, files: 0, failures: [] });
        assert.deepEqual(await listed(folder()), ['aaaaaaaa', 'bbbbbbbb']);
        assert.deepEqual(await files(folder()), ['logs/aaaaaaaa.log', 'logs/bbbbbbbb.log']);
      });

      it('does not touch a folder whose index is damaged, and says so', async () => {
        await given(folder().indexFile, '{"aaaaaaaa": {"threadId": ');
        await given(folder().sharedLogFile('aaaaaaaa'), 'x');
        await given(folder().pidFile('aaaaaaaa'), await deadPid());
        const before = await files(folder());
        const plan = await planCleanUp([folder()], now);
        assert.deepEqual([plan.threads, plan.files], [[], []]);
        assert.match(plan.problems.join('\n'), /threads\.json is damaged/);
        assert.deepEqual(await files(folder()), before);
        assert.equal(await readFile(folder().indexFile, 'utf8'), '{"aaaaaaaa": {"threadId": ');
      });

      it('leaves what is a link, a folder or damaged where a file should be', async () => {
        await givenThread(folder(), 'linked');
        const outside = join(dirname(root().path), 'outside');
        await given(join(outside, 'precious'), 'precious');
        await mkdir(folder().logsDir, { recursive: true });
        await mkdir(folder().pidsDir);
        await symlink(join(outside, 'precious'), folder().sharedLogFile('linked'));
        await symlink(outside, join(folder().logsDir, 'gone'));
        await symlink(join(outside, 'precious'), folder().pidFile('gone'));
        await mkdir(folder().killSignalFile('t-gone'), { recursive: true });
        await given(folder().approvalRequestFile('gone'), '{"threadId": "../../x"}');
        await given(folder().approvalRequestFile('half'), '{"threadId":');
        const before = await files(folder());
        const plan = await planCleanUp([folder()], now);
        assert.deepEqual([plan.threads, plan.files], [[], []]);
        assert.equal(plan.problems.length, layout === 'global' ? 5 : 6);
        assert.deepEqual(await files(folder()), before);
        assert.equal(await readFile(join(outside, 'precious'), 'utf8'), 'precious');
      });

      it('does not go through a part of the folder that became a link after the question', async () => {
        await givenThread(folder(), 'aaaaaaaa');
        await given(folder().pidFile('gone'), await deadPid());
        const plan = await planCleanUp([folder()], now);
        assert.deepEqual([plan.threads.length, plan.files.length], [1, 1]);
        const outside = join(dirname(root().path), 'outside');
        await given(join(outside, 'aaaaaaaa.log'), 'precious');
        await symlink(outside, folder().logsDir);
        const result = await carryOutCleanUp(plan, [folder()], now);
        assert.deepEqual([result.removed, result.files], [0, 0]);
        assert.match(result.failures.join('\n'), /symbolic link/);
        assert.equal(await readFile(join(outside, 'aaaaaaaa.log'), 'utf8'), 'precious');
      });
    });
  }

  it('takes a thread of both layouts as one', async () => {
    const [global, workspace] = bothLayouts() as [StateFolder, StateFolder];
    for (const folder of [global, workspace]) {
      await givenThread(folder, 'aaaaaaaa');
      await givenThread(folder, 'bbbbbbbb');
    }
    await updateIndex(workspace, (draft) => draft.patch('bbbbbbbb', { updatedAt: iso(DAY) }));
    const result = await cleanUp(global, workspace);
    assert.deepEqual(result, { ...nothing, removed: 1 });
    assert.deepEqual(await listed(global), ['bbbbbbbb']);
    assert.deepEqual(await listed(workspace), ['bbbbbbbb']);
  });

  it('keeps logs of the global folder for a thread that only a workspace still lists', async () => {
    const [global, workspace] = bothLayouts() as [StateFolder, StateFolder];
    await givenThread(workspace, 'aaaaaaaa', { updatedAt: iso(DAY) });
    await givenThread(global, 'bbbbbbbb', { updatedAt: iso(DAY) });
    await given(global.sharedLogFile('aaaaaaaa'), 'x');
    assert.deepEqual(await cleanUp(global, workspace), nothing);
  });

  it('takes only what it was allowed to', async () => {
    await givenThread(root().global, 'aaaaaaaa');
    await givenThread(root().global, 'bbbbbbbb');
    const plan = await planCleanUp([root().global], now, (threadId) => threadId === 't-bbbbbbbb');
    assert.deepEqual(
      plan.threads.map(({ threadId }) => threadId),
      ['t-bbbbbbbb'],
    );
  });

  it('names a folder that cannot be written, and goes on with the rest', async () => {
    const [global, workspace] = bothLayouts() as [StateFolder, StateFolder];
    for (const folder of [global, workspace]) {
      for (let i = 0; i < 40; i++) await givenThread(folder, `a${i}${folder.layout}`);
      await given(folder.pidFile('gone'), await deadPid());
    }
    const before = await readFile(workspace.indexFile, 'utf8');
    const plan = await planCleanUp([global, workspace], now);
    assert.deepEqual([plan.threads.length, plan.files.length], [80, 2]);
    const result = await onFaultyDisk(
      (operation) => {
        if (operation.isWrite && isBelow(workspace.path, operation.path)) throw diskError('EROFS', operation);
        return undefined;
      },
      () => carryOutCleanUp(plan, [global, workspace], now),
    );
    assert.deepEqual([result.removed, result.files, result.usedMeanwhile], [40, 1, 0]);
    for (const failure of result.failures) {
      assert.match(failure, /read-only/);
      assert.ok(failure.includes(workspace.path), failure);
    }
    assert.equal(result.failures.length, 2);
    assert.equal(await readFile(workspace.indexFile, 'utf8'), before);
    assert.deepEqual(await listed(global), []);
  });

  it('has nothing to do where there is nothing', async () => {
    const plan = await planCleanUp(bothLayouts(), now);
    assert.deepEqual(plan, { threads: [], files: [], bytes: 0, problems: [] });
  });
});
