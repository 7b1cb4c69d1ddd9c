import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Thread } from '../../src/threads/thread';
import { ThreadInUse } from '../../src/threads/threadInUse';
import type { AppServer } from '../../src/appServer/appServer';
import { isProcessAlive } from '../../src/state/processes';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import type { TaskBenchOptions } from '../support/taskBench';
import { Outside } from './outside';

describe('Kill, Resume and Delete, whoever runs the thread', () => {
  let bench: TaskBench;
  let outside: Outside;
  const open = async (options?: TaskBenchOptions): Promise<void> => {
    bench = await TaskBench.open(options);
    outside = new Outside(bench.folder, bench.home.env);
  };
  afterEach(async () => {
    await outside.dispose();
    await bench.close();
  });

  const until = <T>(what: string, condition: () => T | Promise<T>): Promise<unknown> =>
    waitUntil(condition, { timeoutMs: 15_000, what });
  const running = async (): Promise<string> => {
    await until('a running row', () => bench.store.active().length === 1);
    return bench.store.active()[0]?.id ?? assert.fail();
  };
  const state = (...parts: string[]): string => join(bench.home.stateRoot, ...parts);

  /** Another program that has the thread loaded. */
  const openElsewhere = async (threadId: string): Promise<AppServer> => {
    const other = await bench.launcher.start(bench.folder);
    await other.request('thread/resume', { threadId, excludeTurns: true });
    return other;
  };

  for (const generation of ['A', 'B'] as const) {
    it(`kills a run of generation ${generation}, whose own last writes count`, async () => {
      await open();
      const run = outside.start(`generation${generation}.mjs`, 'run', 'stream:60');
      const id = await running();
      await until('the pid file', () => bench.store.get(id)?.ownerPid === run.pid);
      assert.equal(await bench.killer.kill(id), 'stopped');
      await run.ended;
      await until('the row', () => bench.store.get(id)?.status === 'interrupted');
      assert.deepEqual(await readdir(dirOf(id, 'killSignalsDir')), []);
      assert.deepEqual(await readdir(dirOf(id, 'pidsDir')), []);
    });

    it(`deletes a thread of generation ${generation} in both layouts and makes nothing anew`, async () => {
      await open();
      await outside.start(`generation${generation}.mjs`, 'run', 'say:hello').ended;
      await until('the row', () => [...bench.store.all()].length === 1);
      const [thread = assert.fail()] = bench.store.all();
      const kinds = (await tracesOf(thread)).map((path) => basename(dirname(path)));
      assert.equal(kinds.includes('runs'), generation === 'B', kinds.join());
      assert.deepEqual(await bench.remover.delete(thread.id), { kind: 'deleted' });
      await until('no row', () => [...bench.store.all()].length === 0);
      assert.deepEqual(await tracesOf(thread), []);
    });
  }

  /** The files of the shared folder that have a thread in their name or speak of it. */
  const tracesOf = async ({ id, shortId }: Thread): Promise<string[]> => {
    const found = await readdir(bench.home.stateRoot, { recursive: true, withFileTypes: true });
    const paths = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
    const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    return paths.filter((path, i) => [id, shortId].some((each) => `${path}${texts[i]}`.includes(each)));
  };

  const dirOf = (id: string, dir: 'killSignalsDir' | 'pidsDir'): string =>
    bench.state.threadsOnDisk(id)[0]?.folder[dir] ?? assert.fail();

  it('says so when the owner does not answer, and leaves the thread running', async function () {
    this.timeout(20_000);
    await open();
    const deaf = outside.idle();
    const at = new Date().toISOString();
    await mkdir(state('pids'), { recursive: true });
    await writeFile(state('pids', 'aaaaaaaa'), String(deaf.pid));
    const entry = { threadId: 't-1', createdAt: at, updatedAt: at, cwd: bench.folder, lastStatus: 'running' };
    await writeFile(state('threads.json'), JSON.stringify({ aaaaaaaa: entry }));
    await running();
    assert.equal(await bench.killer.kill('t-1'), 'unanswered');
    assert.equal(bench.store.get('t-1')?.status, 'stopping');
    assert.match(await readFile(state('threads.json'), 'utf8'), /"lastStatus":"running"/);
    assert.ok(!deaf.hasEnded, 'nobody sends a signal to a process of somebody else');
    assert.equal(await bench.killer.forceStop('t-1'), false);
  });

  it('writes the end of a thread whose owner is dead instead of signalling anybody', async () => {
    await open();
    const dead = outside.idle();
    await dead.kill();
    const at = new Date().toISOString();
    await mkdir(state('pids'), { recursive: true });
    await mkdir(state('kill-signals'), { recursive: true });
    await writeFile(state('pids', 'aaaaaaaa'), String(dead.pid));
    const entry = { threadId: 't-1', createdAt: at, updatedAt: at, cwd: bench.folder, lastStatus: 'running' };
    await writeFile(state('threads.json'), JSON.stringify({ aaaaaaaa: entry }));
    await until('the entry', () => bench.state.threadsOnDisk('t-1').length === 1);
    assert.notEqual(await bench.killer.kill('t-1'), 'unanswered'); // the sweep may have been faster
    assert.match(await readFile(state('threads.json'), 'utf8'), /"lastStatus": "interrupted"/);
    assert.deepEqual(await readdir(state('kill-signals')), []);
  });

  it('resumes a thread that was killed: same thread, same short id, and the model knows what was said', async () => {
    await open();
    const first = await bench.run('stream:60');
    await until('some text', () => first.unfinishedText.includes('tick'));
    await bench.killer.kill(first.threadId);
    const second = await bench.resume(first.threadId, 'say:"Here I am again."');
    assert.equal((await second.ended).status, 'completed');
    assert.deepEqual([second.threadId, second.shortId], [first.threadId, first.shortId]);
    assert.match(
      await readFile(state('logs', `${first.shortId}.log`), 'utf8'),
      /tick1 [^]*Here I am again\./,
    );
    assert.equal(isProcessAlive(second.pid), false);
  });

  it('does not resume what another process has open, says so, and does once it is free', async () => {
    await open();
    const run = await bench.run('say:hello');
    await run.ended;
    const other = await openElsewhere(run.threadId);
    const before = await readFile(state('threads.json'), 'utf8');
    await assert.rejects(bench.resume(run.threadId, 'say:never'), ThreadInUse);
    assert.equal(await readFile(state('threads.json'), 'utf8'), before);
    assert.deepEqual(await bench.holders.find(run.threadId), { kind: 'unknown' });
    await other.stop();
    assert.equal((await (await bench.resume(run.threadId, 'say:again')).ended).status, 'completed');
  });

  it('keeps the local data when codex cannot archive, and removes it when told to', async () => {
    await open();
    const run = await bench.run('say:hello');
    await run.ended;
    const other = await openElsewhere(run.threadId);
    const outcome = await bench.remover.delete(run.threadId);
    assert.ok(outcome.kind === 'notArchived' && outcome.isInUse, JSON.stringify(outcome));
    assert.ok((await readdir(state('logs'))).includes(`${run.shortId}.log`));
    await bench.remover.deleteLocalData(run.threadId);
    assert.deepEqual(await readdir(state('logs')), []);
    await other.stop();
  });

  it('keeps the local data of a thread whose turn began while the question stood open', async () => {
    await open();
    const first = await bench.run('say:hello');
    await first.ended;
    const other = await openElsewhere(first.threadId);
    assert.equal((await bench.remover.delete(first.threadId)).kind, 'notArchived');
    await other.stop();
    const second = await bench.resume(first.threadId, 'stream:60');
    assert.equal(await bench.remover.deleteLocalData(first.threadId), false);
    assert.equal(second.outcome, undefined);
    await bench.killer.kill(first.threadId);
    assert.equal(await bench.remover.deleteLocalData(first.threadId), true);
    assert.equal(await readFile(state('threads.json'), 'utf8'), '{}');
  });

  it('does the same when the command line has begun it', async () => {
    await open();
    const run = outside.start('generationB.mjs', 'run', 'stream:60');
    const id = await running();
    assert.equal(await bench.remover.deleteLocalData(id), false);
    assert.equal(bench.state.threadsOnDisk(id).length, 1);
    await bench.killer.kill(id);
    await run.ended;
  });

  it('deletes and restores a thread of ours as it was', async () => {
    await open();
    const run = await bench.run('say:hello');
    await run.ended;
    const before = JSON.parse(await readFile(state('threads.json'), 'utf8')) as unknown;
    assert.deepEqual(await bench.remover.delete(run.threadId), { kind: 'deleted' });
    assert.equal(await readFile(state('threads.json'), 'utf8'), '{}');
    const { threads } = await bench.archived.page();
    assert.deepEqual(
      threads.map(({ id, title }) => [id, title]),
      [[run.threadId, 'say:hello']],
    );
    await bench.archived.restore(threads[0] ?? assert.fail());
    assert.deepEqual(JSON.parse(await readFile(state('threads.json'), 'utf8')), before);
    await until('the row', () => bench.store.get(run.threadId) !== undefined);
    assert.equal((await (await bench.resume(run.threadId, 'say:again')).ended).status, 'completed');
  });
});
