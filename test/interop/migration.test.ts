import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { StateFolder } from '../../src/state/stateFolder';
import type { TurnRun } from '../../src/threads/turnRun';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { rowBecomes, rowText } from './editorWindow';
import { Outside } from './outside';
import { givenIndex, givenMigrated, longAgo, records, statuses } from './stateFiles';

describe('the first command of generation B in a workspace', () => {
  let bench: TaskBench;
  let outside: Outside;
  let workspace: StateFolder;
  afterEach(async () => {
    await outside.dispose();
    await bench.close();
  });

  const open = async (stateLayout: 'global' | 'workspace'): Promise<void> => {
    bench = await TaskBench.open({ stateLayout });
    outside = new Outside(bench.folder, bench.home.env);
    workspace = await bench.root.workspaceOf(bench.folder);
  };

  const answering = async (prompt: string): Promise<TurnRun> => {
    const run = await bench.run(prompt);
    await waitUntil(() => run.unfinishedText.includes('tick'), { timeoutMs: 15_000, what: 'some text' });
    return run;
  };

  const listed = async (): Promise<string[]> => {
    const rows = JSON.parse((await outside.b('threads', '--json')).stdout) as Record<string, unknown>[];
    return rows.map(({ shortId, status }) => `${String(shortId)} ${String(status)}`).sort();
  };

  it('21 · takes a run of ours in the global layout for failed; the run goes on, and its row with it', async () => {
    await open('global');
    const run = await answering('stream:20');
    assert.deepEqual(await listed(), [`${run.shortId} failed`]);
    const kill = await outside.b('kill', run.shortId);
    assert.match(kill.stdout, /already failed/);
    assert.deepEqual(await statuses(bench.root.global), { [run.shortId]: 'running' });
    await bench.state.refresh();
    assert.equal(rowText(bench.store.get(run.threadId)), 'running, thisWindow');
    run.stop('killed');
    await run.ended;
    assert.deepEqual(await statuses(bench.root.global), { [run.shortId]: 'interrupted' });
    assert.deepEqual(await statuses(workspace), { [run.shortId]: 'failed' });
    await rowBecomes(bench.store, run.threadId, 'interrupted, nobody');
    assert.equal([...bench.store.all()].length, 1);
  });

  it('21 · keeps a run of ours in the workspace layout as running, also when it is global as well', async () => {
    await open('workspace');
    const run = await answering('stream:20');
    await givenIndex(bench.root.global, {
      [run.shortId]: { threadId: run.threadId, cwd: bench.folder, lastStatus: 'running' },
    });
    assert.deepEqual(await listed(), [`${run.shortId} running`]);
    assert.equal((await records(workspace)).length, 1);
    await outside.b('kill', run.shortId);
    assert.equal((await run.ended).status, 'interrupted');
    assert.deepEqual(await statuses(workspace), { [run.shortId]: 'interrupted' });
    assert.equal([...bench.store.all()].length, 1);
  });

  it('22 · is the only one that takes over: a later run of ours in the global layout stays unseen', async () => {
    await open('global');
    await givenMigrated(workspace);
    const run = await bench.run('say:done');
    await run.ended;
    assert.deepEqual(await listed(), []);
    await rowBecomes(bench.store, run.threadId, 'completed, nobody');
    await rm(workspace.migrationStateFile ?? '');
    assert.deepEqual(await listed(), [`${run.shortId} completed`]);
    await bench.state.refresh();
    assert.equal([...bench.store.all()].length, 1);
  });

  it('22 · comes before ours in the workspace layout as well: no thread of either is lost', async () => {
    await open('workspace');
    const old = { threadId: 'thread-of-a', cwd: bench.folder, lastStatus: 'completed', updatedAt: longAgo };
    await givenIndex(bench.root.global, { aaaaaaaa: old });
    const [run] = await Promise.all([bench.run('say:done'), outside.b('threads')]);
    await run.ended;
    assert.deepEqual(await listed(), [`${run.shortId} completed`, 'aaaaaaaa completed'].sort());
    await rowBecomes(bench.store, 'thread-of-a', 'completed, nobody');
  });
});
