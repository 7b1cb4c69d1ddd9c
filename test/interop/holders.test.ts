import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Broker } from '../../src/state/broker';
import type { StateFolder } from '../../src/state/stateFolder';
import { ThreadInUse } from '../../src/threads/threadInUse';
import type { TurnRun } from '../../src/threads/turnRun';
import { nativeCodex } from '../support/nativeCodex';
import { waitUntil } from '../support/processes';
import { TaskBench, type TaskBenchOptions } from '../support/taskBench';
import { rowBecomes } from './editorWindow';
import { Outside } from './outside';
import type { OutsideProcess } from './outsideProcess';
import { leftovers, longAgo, records, statuses } from './stateFiles';

let bench: TaskBench;
let outside: Outside;
let folder: StateFolder;
let codex: string;

async function open(options?: TaskBenchOptions): Promise<void> {
  bench = await TaskBench.open({ stateLayout: 'workspace', ...options });
  outside = new Outside(bench.folder, bench.home.env);
  folder = await bench.root.folderForNewRun(bench.folder, 'workspace');
  codex = await nativeCodex();
}

async function close(): Promise<void> {
  await outside.dispose();
  await bench.close();
}

/** Starts a program that says when it is ready. */
async function startReady(program: string, ...args: string[]): Promise<OutsideProcess> {
  const started = outside.start(program, ...args, '--codex', codex);
  await waitUntil(() => started.stdout.includes('ready'), {
    timeoutMs: 15_000,
    what: `${program} to be ready`,
  });
  return started;
}

/** What a try to resume could have changed. */
async function onDisk(): Promise<unknown> {
  return [await readFile(folder.indexFile, 'utf8'), await records(folder), await leftovers(folder)];
}

/** A try of ours to resume the thread is refused, and changes nothing. */
async function assertRefused(threadId: string): Promise<void> {
  const before = await onDisk();
  await assert.rejects(bench.resume(threadId, 'say:never'), ThreadInUse);
  assert.deepEqual(await onDisk(), before);
}

async function assertResumes(threadId: string): Promise<void> {
  assert.equal((await (await bench.resume(threadId, 'say:again')).ended).status, 'completed');
}

describe("a thread that generation B's broker keeps", () => {
  beforeEach(() => open());
  afterEach(close);

  /** A turn by way of the broker. */
  const startTurn = async (prompt: string): Promise<{ run: OutsideProcess; threadId: string }> => {
    const run = outside.start('generationB.mjs', 'run', prompt, '--broker');
    const threadId = await waitUntil(() => /\((.+)\)/.exec(run.stdout)?.[1], {
      ...{ timeoutMs: 15_000, what: 'the thread' },
    });
    return { run, threadId };
  };
  const finishedThread = async (): Promise<string> => {
    const { run, threadId } = await startTurn('say:first');
    assert.equal((await run.ended).code, 0);
    await rowBecomes(bench.store, threadId, 'completed, nobody');
    return threadId;
  };
  const brokerOf = async (threadId: string): Promise<Broker> => {
    const holder = await bench.holders.find(threadId);
    return holder.kind === 'broker' ? holder.broker : assert.fail(JSON.stringify(holder));
  };

  it('18 · after a run cannot be resumed by us; we can tell which process has it, and ask that to let go', async () => {
    const process = await startReady('broker.mjs');
    const threadId = await finishedThread();
    await assertRefused(threadId);
    const broker = await brokerOf(threadId);
    assert.deepEqual([broker.pid, broker.version], [process.pid, '0.3.1']);
    assert.equal(await bench.holders.release(broker), 'released');
    await assertResumes(threadId);
    assert.equal((await process.ended).code, 0);
    assert.deepEqual(Object.values(await statuses(folder)), ['completed']);
  });

  it('18 · after a kill of ours still cannot be resumed until the broker lets go', async () => {
    await startReady('broker.mjs');
    const { run, threadId } = await startTurn('stream:60');
    await rowBecomes(bench.store, threadId, 'running, cli');
    assert.equal(await bench.killer.kill(threadId), 'stopped');
    assert.equal((await run.ended).code, 4);
    await assertRefused(threadId);
    assert.equal(await bench.holders.release(await brokerOf(threadId)), 'released');
    await assertResumes(threadId);
  });

  it('18 · while another turn runs there stays with it: a busy broker is not asked to end', async () => {
    const process = await startReady('broker.mjs');
    const threadId = await finishedThread();
    const other = await startTurn('stream:60');
    await rowBecomes(bench.store, other.threadId, 'running, cli');
    await assertRefused(threadId);
    const broker = await brokerOf(threadId);
    assert.equal(await bench.holders.release(broker), 'busy');
    assert.deepEqual([process.hasEnded, other.run.hasEnded], [false, false]);
    assert.deepEqual(await bench.holders.find(other.threadId), {
      ...{ kind: 'running', owner: 'cli', pid: other.run.pid },
    });
    await bench.killer.kill(other.threadId);
    await other.run.ended;
    assert.equal(await bench.holders.release(broker), 'released');
    await assertResumes(threadId);
  });

  it('18 · can be freed from a broker of another version as well, as long as its answers are understood', async () => {
    await startReady('broker.mjs', '--version', '9.9.9');
    const threadId = await finishedThread();
    const broker = await brokerOf(threadId);
    assert.equal(broker.version, '9.9.9');
    assert.equal(await bench.holders.release(broker), 'released');
    await assertResumes(threadId);
  });

  it('18 · is free when only the description of a broker is left, also when another process has its number', async () => {
    const process = await startReady('broker.mjs');
    const threadId = await finishedThread();
    await process.kill();
    assert.deepEqual(await bench.holders.find(threadId), { kind: 'unknown' });
    const file = join(folder.path, 'broker.json');
    const description = JSON.parse(await readFile(file, 'utf8')) as object;
    const { pid } = outside.idle();
    await writeFile(file, JSON.stringify({ ...description, pid, startedAt: longAgo }));
    assert.deepEqual(await bench.holders.find(threadId), { kind: 'unknown' });
    await assertResumes(threadId);
  });
});

describe('a thread that an idle app-server has open', () => {
  afterEach(close);

  const finished = async (): Promise<TurnRun> => {
    const run = await bench.run('say:first');
    await run.ended;
    return run;
  };
  const resumeAsB = async ({ threadId }: TurnRun): Promise<number | null> =>
    (await outside.b('run', 'say:second', '--resume', threadId, '--codex', codex)).code;

  it('19 · can be resumed neither by generation B nor by us until that ends', async () => {
    await open();
    const run = await finished();
    const other = await startReady('openThread.mjs', run.threadId);
    const before = await onDisk();
    const refused = await outside.b('run', 'say:x', '--resume', run.threadId, '--codex', codex);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /already has an active writer/);
    assert.deepEqual(await onDisk(), before);
    await assertRefused(run.threadId);
    assert.deepEqual(await bench.holders.find(run.threadId), { kind: 'unknown' });
    await other.stop();
    assert.equal(await resumeAsB(run), 0);
    await assertResumes(run.threadId);
  });

  it('19 · is free for generation B when the person gives up a resume that was being prepared', async () => {
    await open();
    const run = await finished();
    const prepared = await bench.resumer.prepare(bench.store.get(run.threadId) ?? assert.fail());
    assert.equal(await prepared.problem(), undefined);
    assert.equal(await resumeAsB(run), 1);
    prepared.dispose();
    await waitUntil(async () => (await resumeAsB(run)) === 0, { timeoutMs: 15_000, what: 'the thread' });
  });

  for (const [how, prompt, preferences] of [
    ['completed', 'say:done', {}],
    ['killed', 'stream:60', {}],
    ['failed', 'fail:500', {}],
    ['timed out', 'stream:60', { timeoutSeconds: 1 }],
  ] as const) {
    it(`19 · is free at the very moment at which a run of ours has ended (${how})`, async () => {
      await open({ preferences });
      const other = await bench.launcher.start(bench.folder);
      try {
        const run = await bench.run(prompt);
        await waitUntil(() => run.phase !== 'starting', { timeoutMs: 15_000, what: 'the turn' });
        if (how === 'killed') await bench.killer.kill(run.threadId);
        await run.ended;
        await other.request('thread/resume', { threadId: run.threadId, excludeTurns: true });
      } finally {
        await other.stop();
      }
    });
  }

  it('19 · is not kept by our server for lists and the like, though that lives on', async () => {
    await open();
    const run = await finished();
    await bench.remover.delete(run.threadId);
    const { threads } = await bench.archived.page();
    await bench.archived.restore(threads[0] ?? assert.fail());
    assert.equal(await resumeAsB(run), 0);
  });

  it('20 · is free soon after that has unsubscribed from it, although it lives', async () => {
    await open({ config: 'thread_unload_delay_secs = 1' }); // 60 without it
    const run = await finished();
    const other = await startReady('openThread.mjs', run.threadId, '--unsubscribe');
    await assertResumes(run.threadId);
    assert.equal(other.hasEnded, false);
  });
});
