import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { writeKillSignal } from '../../src/state/killSignals';
import { isProcessAlive } from '../../src/state/processes';
import type { StateFolder } from '../../src/state/stateFolder';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { EditorWindow, rowBecomes, rowText } from './editorWindow';
import { ScratchShare } from './scratchShare';
import { givenIndex, givenMigrated, leftovers, statuses, threadIdOf } from './stateFiles';

for (const stateLayout of ['global', 'workspace'] as const) {
  describe(`two windows on the ${stateLayout} layout`, () => {
    let bench: TaskBench;
    let other: EditorWindow;
    let folder: StateFolder;
    beforeEach(async () => {
      bench = await TaskBench.open({ stateLayout });
      other = await EditorWindow.open(bench.home.stateRoot);
      const key = (await bench.root.folderForNewRun(bench.folder, stateLayout)).key;
      folder = key === '' ? other.root.global : other.root.workspace(key);
    });
    afterEach(async () => {
      await other.dispose();
      await bench.close();
    });

    it('8 · a run of one is killed by a signal of the other, and both say so', async () => {
      const run = await bench.run('stream:20');
      await waitUntil(() => run.unfinishedText !== '', { timeoutMs: 15_000, what: 'some text' });
      await rowBecomes(other.store, run.threadId, 'running, anotherWindow');
      assert.equal(other.store.get(run.threadId)?.ownerPid, run.pid);
      assert.equal(rowText(bench.store.get(run.threadId)), 'running, thisWindow');
      await writeKillSignal(folder, run.threadId, stateLayout === 'global' ? '' : String(run.pid));
      assert.equal((await run.ended).status, 'interrupted');
      assert.deepEqual(await leftovers(folder), []);
      await rowBecomes(bench.store, run.threadId, 'interrupted, nobody');
      await rowBecomes(other.store, run.threadId, 'interrupted, nobody');
    });

    it('9 · a signal for another live process does not end a run, and stays', async () => {
      const run = await bench.run('stream:1');
      const states: string[] = [];
      bench.store.onDidChange(() => states.push(rowText(bench.store.get(run.threadId))));
      await writeKillSignal(folder, run.threadId, String(process.pid));
      assert.equal((await run.ended).status, 'completed');
      assert.ok(!states.some((text) => text.startsWith('stopping')));
      assert.deepEqual(await leftovers(folder), [`kill-signals/${run.threadId}`]);
    });

    it('13 · when one goes away in mid-run, the other says interrupted', async () => {
      const run = await bench.run('stream:20');
      await rowBecomes(other.store, run.threadId, 'running, anotherWindow');
      bench.runs.dispose();
      await rowBecomes(other.store, run.threadId, 'interrupted, nobody');
      await waitUntil(() => !isProcessAlive(run.pid), { timeoutMs: 15_000, what: 'codex to end' });
    });
  });
}

describe('a thread that is in the global and in a workspace index', () => {
  const shortId = '0a0a0a0a';
  const threadId = threadIdOf(shortId);
  let share: ScratchShare;
  let window: EditorWindow;
  let global: StateFolder;
  let workspace: StateFolder;
  beforeEach(async () => {
    share = await ScratchShare.create();
    window = await share.window();
    global = await share.folder(window, 'A');
    workspace = await share.folder(window, 'B');
    await global.ensure();
    await workspace.ensure();
    await givenMigrated(workspace);
  });
  afterEach(() => share.dispose());

  const given = async (folder: StateFolder, lastStatus: string, updatedAt: string): Promise<void> =>
    givenIndex(folder, { [shortId]: { lastStatus, updatedAt, cwd: share.cwd } });
  const rows = (): string[] => [...window.store.all()].map(rowText);

  it('21 · is one row, of the place that was written last', async () => {
    await given(global, 'completed', '2026-02-02T00:00:00.000Z');
    await given(workspace, 'failed', '2026-02-01T00:00:00.000Z');
    await rowBecomes(window.store, threadId, 'completed, nobody');
    await given(workspace, 'interrupted', '2026-02-03T00:00:00.000Z');
    await rowBecomes(window.store, threadId, 'interrupted, nobody');
    assert.equal(rows().length, 1);
  });

  it('21 · is one row, of the place with a live owner, whatever was written last', async () => {
    const owner = share.outside.idle();
    await writeFile(global.pidFile(shortId), String(owner.pid));
    await given(global, 'running', '2026-02-01T00:00:00.000Z');
    await given(workspace, 'failed', '2026-02-03T00:00:00.000Z');
    await window.state.refresh();
    assert.deepEqual(rows(), ['running, cli']);
    await writeKillSignal(global, threadId, '');
    await rowBecomes(window.store, threadId, 'stopping, cli');
    await rm(global.killSignalFile(threadId));
    await rowBecomes(window.store, threadId, 'running, cli');
    await owner.kill();
    await rowBecomes(window.store, threadId, 'interrupted, nobody');
    assert.deepEqual(await statuses(global), { [shortId]: 'interrupted' });
    assert.deepEqual(await statuses(workspace), { [shortId]: 'failed' });
  });

  it('25 · is gone from both when generation B deletes it', async () => {
    await given(global, 'completed', '2026-02-01T00:00:00.000Z');
    await given(workspace, 'completed', '2026-02-01T00:00:00.000Z');
    await rowBecomes(window.store, threadId, 'completed, nobody');
    await share.outside.b('delete', shortId);
    await rowBecomes(window.store, threadId, 'no row');
    assert.deepEqual([await statuses(global), await statuses(workspace)], [{}, {}]);
  });

  it('25 · stays with generation B when generation A deletes it, and the row with it', async () => {
    await given(global, 'completed', '2026-02-02T00:00:00.000Z');
    await given(workspace, 'failed', '2026-02-01T00:00:00.000Z');
    await rowBecomes(window.store, threadId, 'completed, nobody');
    await share.outside.a('delete', shortId);
    await rowBecomes(window.store, threadId, 'failed, nobody');
  });
});
