import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { isProcessAlive } from '../../src/state/processes';
import type { StateFolder } from '../../src/state/stateFolder';
import type { TurnRun } from '../../src/threads/turnRun';
import { nativeCodex } from '../support/nativeCodex';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { rowBecomes, rowText } from './editorWindow';
import { Outside } from './outside';
import type { Answer } from './outsideProcess';
import { givenIndex, givenMigrated, leftovers, namesIn, records, statuses } from './stateFiles';

let bench: TaskBench;
let outside: Outside;
let folder: StateFolder;

async function open(stateLayout: 'global' | 'workspace'): Promise<void> {
  bench = await TaskBench.open({ stateLayout });
  outside = new Outside(bench.folder, bench.home.env);
  folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
}

async function close(): Promise<void> {
  await outside.dispose();
  await bench.close();
}

/** A run that has begun to answer. */
async function answering(prompt: string): Promise<TurnRun> {
  const run = await bench.run(prompt);
  await waitUntil(() => run.unfinishedText.includes('tick'), { timeoutMs: 15_000, what: 'some text' });
  return run;
}

/** Lets the index say that the run is over, as a mistaken kill or listing does. */
async function flip(run: TurnRun): Promise<void> {
  const entry = { threadId: run.threadId, cwd: run.cwd, lastStatus: 'completed' };
  await givenIndex(folder, { [run.shortId]: entry });
}

function rows({ stdout }: Answer): unknown {
  const listed = JSON.parse(stdout) as Record<string, unknown>[];
  return listed.map(({ shortId, status }) => `${String(shortId)} ${String(status)}`);
}

function row(run: TurnRun): string {
  return rowText(bench.store.get(run.threadId));
}

describe('a run of ours and generation A of the CLI', () => {
  beforeEach(() => open('global'));
  afterEach(close);

  it('1 · generation A lists a run of ours as running and leaves it alone', async () => {
    const run = await answering('stream:20');
    assert.deepEqual(rows(await outside.a('jobs', '--json')), [`${run.shortId} running`]);
    assert.deepEqual(await namesIn(folder.pidsDir), [run.shortId]);
    assert.equal(await readFile(folder.pidFile(run.shortId), 'utf8'), String(run.pid));
    assert.equal(row(run), 'running, thisWindow');
  });

  it('2 · generation A kills a run of ours by its signal, before it writes the status itself', async () => {
    const run = await answering('stream:20');
    outside.start('generationA.mjs', 'kill', run.shortId, '--interrupt', '60000');
    const { status, reason } = await run.ended;
    assert.deepEqual([status, reason], ['interrupted', 'killed']);
    assert.deepEqual(await statuses(folder), { [run.shortId]: 'interrupted' });
    assert.deepEqual(await leftovers(folder), []);
    const log = await readFile(folder.sharedLogFile(run.shortId), 'utf8');
    assert.match(log, /Z agent output:\ntick1 .*\n<<END_AGENT_OUTPUT>>\n$/);
    await rowBecomes(bench.store, run.threadId, 'interrupted, nobody');
  });

  it('2 · a kill that writes the status and removes the pid file under our run changes nothing of its end', async () => {
    const run = await answering('stream:20');
    const kill = await outside.a('kill', run.shortId, '--interrupt', '0');
    assert.match(kill.stdout, /Stopped thread/);
    assert.equal((await run.ended).status, 'interrupted');
    assert.deepEqual(await statuses(folder), { [run.shortId]: 'interrupted' });
    assert.deepEqual(await leftovers(folder), []);
  });

  it('3 · generation A resumes a thread of ours at once after its end, in the same log', async () => {
    const run = await answering('stream:20');
    await outside.a('kill', run.shortId);
    await run.ended;
    const resume = await outside.a(
      ...['run', 'say:"All is well."', '--resume', run.shortId.slice(0, 6), '--codex', await nativeCodex()],
    );
    assert.equal(resume.code, 0, resume.stderr);
    assert.deepEqual(await namesIn(folder.logsDir), [`${run.shortId}.log`]);
    const log = await readFile(folder.sharedLogFile(run.shortId), 'utf8');
    assert.match(log, /agent output:\ntick1 .*\n<<END.*>>\n.* agent output:\nAll is well\.\n<<END.*>>\n$/);
    await rowBecomes(bench.store, run.threadId, 'completed, nobody');
  });

  it('3 · while it runs, its thread cannot be resumed, and a try changes nothing', async () => {
    const run = await answering('stream:20');
    const before = await readFile(folder.indexFile, 'utf8');
    const resume = await outside.a('run', 'say:x', '--resume', run.shortId, '--codex', await nativeCodex());
    assert.equal(resume.code, 1);
    assert.match(resume.stderr, /already has an active writer/);
    assert.equal(await readFile(folder.indexFile, 'utf8'), before);
    assert.equal(row(run), 'running, thisWindow');
  });

  it('17 · a folder in place of the signal does not end a run of ours, and stays', async () => {
    const run = await answering('stream:1');
    await mkdir(folder.killSignalFile(run.threadId));
    assert.equal((await run.ended).status, 'completed');
    assert.deepEqual(await leftovers(folder), [`kill-signals/${run.threadId}`]);
  });

  it('25 · generation A deletes a thread of ours while it says completed: without a signal, too, the turn ends and nothing is made again', async () => {
    const run = await answering('stream:20');
    await flip(run);
    await outside.a('delete', run.shortId);
    await assertGone(run);
  });

  it('25 · generation A deletes a thread of ours in mid-run: the turn ends and nothing is made again', async () => {
    const run = await answering('stream:20');
    await outside.a('delete', run.shortId, '--codex', await nativeCodex());
    await assertGone(run);
    await assertArchived(run);
  });
});

describe('a run of ours and generation B of the CLI', () => {
  beforeEach(() => open('workspace'));
  afterEach(close);

  it('3 · generation B resumes a thread of ours at once after its end, in a log of its own', async () => {
    const run = await bench.run('say:first');
    await run.ended;
    const resume = await outside.b(
      'run',
      'say:second',
      '--resume',
      run.threadId,
      '--codex',
      await nativeCodex(),
    );
    assert.equal(resume.code, 0, resume.stderr);
    const runs = await records(folder);
    assert.deepEqual(
      runs.map(({ shortId, status, output }) => [shortId, status, output]),
      [
        [run.shortId, 'completed', 'first'],
        [run.shortId, 'completed', 'second'],
      ],
    );
    assert.equal((await outside.b('output', '--content-only', run.shortId)).stdout, 'first\nsecond\n');
    await rowBecomes(bench.store, run.threadId, 'completed, nobody');
  });

  it('4 · generation B lists a run of ours, tells its progress, and has no last output yet', async () => {
    const run = await answering('run:"echo hello" stream:20');
    assert.deepEqual(rows(await outside.b('threads', '--json')), [`${run.shortId} running`]);
    const progress = await outside.b('progress', run.shortId);
    assert.match(
      progress.stdout,
      /\[codex\] Running: .*echo hello.*\n.*command: .*echo hello.* \(exit 0\)\n/,
    );
    const last = await outside.b('output', '--last', run.shortId);
    assert.deepEqual([last.code, last.stdout], [1, '']);
    assert.match(last.stderr, /still in progress/);
    const [record] = await records(folder);
    assert.deepEqual([record?.status, record?.phase, record?.pid], ['running', 'running', run.pid]);
    assert.equal(row(run), 'running, thisWindow');
  });

  it('4 · generation B reads all of a run of ours that has ended', async () => {
    const run = await bench.run('run:"echo hello" say:"All is well."');
    await run.ended;
    assert.deepEqual(rows(await outside.b('threads', '--json')), [`${run.shortId} completed`]);
    assert.equal((await outside.b('output', '--last', run.threadId)).stdout, 'All is well.\n');
    assert.equal((await outside.b('output', '--content-only', run.shortId)).stdout, 'All is well.\n');
    assert.match((await outside.b('output', run.shortId)).stdout, /Running: .*echo hello/);
  });

  it('5 · generation B kills a run of ours by the number in its pid file', async () => {
    const run = await answering('stream:20');
    outside.start('generationB.mjs', 'kill', run.shortId, '--interrupt', '60000');
    const { status, reason } = await run.ended;
    assert.deepEqual([status, reason], ['interrupted', 'killed']);
    const [record] = await records(folder);
    assert.deepEqual([record?.status, record?.phase], ['interrupted', 'finalizing']);
    assert.equal(record?.error, 'Thread killed by user');
    assert.match(String(record.output), /^tick1 /);
    assert.deepEqual(await statuses(folder), { [run.shortId]: 'interrupted' });
    assert.deepEqual(await leftovers(folder), []);
    const again = await outside.b('kill', run.shortId);
    assert.match(again.stdout, /already interrupted/);
    await rowBecomes(bench.store, run.threadId, 'interrupted, nobody');
  });

  it('5 · a kill that writes the status and removes the pid file under our run changes nothing of its end', async () => {
    const run = await answering('stream:20');
    const kill = await outside.b('kill', run.threadId, '--interrupt', '0');
    assert.match(kill.stdout, /Stopped thread/);
    assert.equal((await run.ended).status, 'interrupted');
    assert.deepEqual(await statuses(folder), { [run.shortId]: 'interrupted' });
    const [record] = await records(folder);
    assert.deepEqual([record?.status, record?.error], ['interrupted', 'Thread killed by user']);
    assert.deepEqual(await leftovers(folder), []);
  });

  it('6 · generation B follows a run of ours to its end', async () => {
    const run = await bench.run('edit:notes.txt stream:1');
    const follow = outside.start('generationB.mjs', 'follow', run.shortId);
    await waitUntil(() => follow.stdout.includes('notes.txt'), {
      timeoutMs: 15_000,
      what: 'a followed line',
    });
    const { code, stdout } = await follow.ended;
    assert.equal(code, 0);
    assert.match(stdout, /─── result ───\ntick1 .*\n+✔ completed \(\ds, 1 file changed\)\n$/);
    assert.equal((await run.ended).status, 'completed');
  });

  it('25 · generation B deletes a thread of ours while it says completed: without a signal, too, the turn ends and nothing is made again', async () => {
    const run = await answering('stream:20');
    await flip(run);
    await outside.b('delete', run.shortId);
    await assertGone(run);
    await assertArchived(run);
  });

  it('25 · generation B deletes a thread of ours in mid-run: the turn ends and nothing is made again', async () => {
    await givenMigrated(folder);
    const run = await answering('run:"echo hello" stream:20');
    await outside.b('delete', run.shortId, '--codex', await nativeCodex());
    await assertGone(run);
    await assertArchived(run);
    assert.deepEqual(await records(folder), []);
  });

  it('25 · a thread of ours that has ended can be archived at once', async () => {
    const run = await bench.run('say:done');
    await run.ended;
    const deleted = await outside.b('delete', run.shortId, '--codex', await nativeCodex());
    assert.deepEqual([deleted.code, deleted.stderr], [0, '']);
    await assertGone(run);
  });
});

/** Whoever deleted it could not do that while our codex had it open. */
async function assertArchived({ threadId }: TurnRun): Promise<void> {
  const isArchived = async (): Promise<boolean> => {
    bench.archived.invalidate();
    return (await bench.archived.page()).threads.some(({ id }) => id === threadId);
  };
  await waitUntil(isArchived, { timeoutMs: 10_000, what: 'the thread to be archived' });
}

/** The run has ended, and of its thread there is no file and no row. */
async function assertGone(run: TurnRun): Promise<void> {
  await run.ended;
  assert.equal(isProcessAlive(run.pid), false);
  assert.deepEqual(await statuses(folder), {});
  assert.deepEqual(await namesIn(folder.logsDir), []);
  assert.deepEqual(await leftovers(folder), []);
  await rowBecomes(bench.store, run.threadId, 'no row');
}
