import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { updateIndex } from '../../../src/state/threadIndex';
import { writePidFile } from '../../../src/state/pidFiles';
import { isProcessAlive } from '../../../src/state/processes';
import { ProcessList } from '../../../src/threads/processList';
import type { ListedProcess } from '../../../src/threads/processList';
import { UtilityServer } from '../../../src/threads/utilityServer';
import { eventually } from '../../support/eventually';
import { TaskBench } from '../../support/taskBench';

describe('the list of processes', function () {
  this.timeout(60_000);
  let bench: TaskBench;
  let utility: UtilityServer;
  let list: ProcessList;
  const children: ChildProcess[] = [];

  before(async () => {
    // In the sandbox nothing outlives its codex.
    bench = await TaskBench.open({ preferences: { sandbox: 'danger-full-access' } });
    utility = new UtilityServer(() => bench.launcher.start());
    const { store, runs, launcher, ownRuns, root } = bench;
    list = new ProcessList({ store, runs, launcher, utility, ownRuns, root, log: silentLog });
  });
  afterEach(async () => {
    await bench.runs.stopAll('killed');
    for (const child of children.splice(0)) if (child.kill('SIGKILL')) await once(child, 'exit');
  });
  after(async () => {
    utility.dispose();
    await bench.close();
  });

  const start = async (env: Record<string, string> = {}): Promise<number> => {
    const script = 'console.log(1);\nsetInterval(() => {}, 1000) // \u202e';
    const variables = { ...process.env, ...env };
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const child = spawn(process.execPath, ['-e', script], { env: variables, stdio: [...stdio] });
    children.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? assert.fail();
  };
  /** Others may run codex on this machine just now. */
  const listed = async (isOurs: (each: ListedProcess) => boolean): Promise<ListedProcess[]> =>
    (await list.list()).filter(isOurs);
  const inThisWindow = async (): Promise<string[]> =>
    (await listed(({ owner }) => owner === 'thisWindow')).map(({ title, end }) => `${title} ${end?.kind}`);

  it('holds each turn of this window, the background server and the one for the next prompt', async () => {
    assert.deepEqual(await inThisWindow(), []);
    const run = await bench.run('stream:60');
    await utility.use(() => Promise.resolve());
    const prepared = await bench.tasks.prepare(bench.folder);
    try {
      await prepared.problem();
      const titles = [
        'stream:60 kill',
        'Background server undefined',
        'Server for the next prompt undefined',
      ];
      assert.deepEqual(await inThisWindow(), titles);
      const [turn] = await listed(({ pid }) => pid === run.pid);
      assert.equal(turn?.threadId, run.threadId);
      assert.ok(Math.abs((turn.startedAt ?? 0) - run.startedAt) < 10_000);
    } finally {
      prepared.dispose();
    }
    run.stop('killed');
    await run.ended;
    await eventually(inThisWindow, (titles) => assert.deepEqual(titles, ['Background server undefined']));
  });

  it('holds what other windows have noted, while both the window and its codex live', async () => {
    const hostPid = await start();
    const note = { folderKey: '', shortId: 'a1b2c3d4', threadId: 't-other', marker: randomUUID(), hostPid };
    const other = { ...note, pid: await start(), startedAt: Date.now() };
    const pids = [other.pid];
    await bench.ownRuns.note({ ...other, runId: 'run-live' });
    await bench.ownRuns.note({ ...other, runId: 'run-dead', pid: 2 ** 30 });
    await bench.ownRuns.note({ ...other, runId: 'run-ours', pid: hostPid, hostPid: process.pid });
    const inOthers = (): Promise<ListedProcess[]> => listed(({ threadId }) => threadId === 't-other');
    const found = await inOthers();
    assert.deepEqual(
      found.map(({ pid, owner, title }) => [pid, owner, title]),
      pids.map((pid) => [pid, 'otherWindows', 'Thread a1b2c3d4']),
    );
    const [host] = children;
    host?.kill('SIGKILL');
    await eventually(inOthers, (now) => assert.deepEqual(now, []));
    for (const runId of ['run-live', 'run-dead', 'run-ours']) await bench.ownRuns.forget(runId);
  });

  it('holds the runs and the brokers of the command line', async () => {
    const folder = bench.root.workspace('some_repo-0123456789abcdef');
    await folder.ensure();
    const pid = await start();
    const at = new Date().toISOString();
    const entry = { threadId: 't-cli', createdAt: at, updatedAt: at, preview: 'Look', lastStatus: 'running' };
    await writePidFile(folder, 'c1c1c1c1', pid);
    await updateIndex(folder, (draft) => draft.set('c1c1c1c1', entry));
    const broker = { endpoint: 'unix:/nowhere', pid: process.pid, version: '0.3.1', startedAt: at };
    await mkdir(folder.path, { recursive: true });
    await writeFile(join(folder.path, 'broker.json'), JSON.stringify(broker));
    await bench.state.refresh();
    const found = await listed(({ owner }) => owner === 'cli');
    assert.deepEqual(
      found.map((each) => [each.title, each.pid, each.end?.kind]),
      [
        ['Look', pid, 'kill'],
        ['Broker of some_repo', process.pid, undefined],
      ],
    );
  });

  it('holds what a finished turn has detached, with its thread, and ends it when told to', async () => {
    const run = await bench.run('run:"setsid sleep 4711 >/dev/null 2>&1 &" say:done');
    assert.equal((await run.ended).status, 'completed');
    const left = (): Promise<ListedProcess[]> =>
      listed(({ owner, threadId }) => owner === 'nobody' && threadId === run.threadId);
    const found = await eventually(left, ([first]) => assert.equal(first?.title, 'sleep 4711'));
    assert.equal(found.length, 1);
    assert.ok(await list.endLeftovers(found));
    assert.deepEqual(await left(), []);
  });

  it('counts no broker as left over that a turn has started, and does not end one', async () => {
    const pid = await start({ CODEX_COLLAB_VSCODE_SERVER: randomUUID() });
    const [found] = await listed((each) => each.pid === pid);
    assert.equal(found?.owner, 'nobody');
    const folder = bench.root.workspace('turn_repo-0123456789abcdef');
    await folder.ensure();
    const broker = { endpoint: 'unix:/nowhere', pid, version: '0.3.1', startedAt: new Date().toISOString() };
    await writeFile(join(folder.path, 'broker.json'), JSON.stringify(broker));
    const owners = (await listed((each) => each.pid === pid)).map(({ owner }) => owner);
    assert.deepEqual(owners, ['cli']);
    await list.endLeftovers([found]);
    assert.ok(isProcessAlive(pid));
  });

  it('shows commands on one line, without anything that disguises them', async () => {
    const marker = randomUUID();
    const pid = await start({ CODEX_COLLAB_VSCODE_SERVER: marker });
    const [found] = await listed((each) => each.pid === pid);
    assert.equal(found?.title, 'node -e console.log(1); setInterval(() => {}, 1000) //');
    assert.ok(await list.endLeftovers([found]));
  });
});
