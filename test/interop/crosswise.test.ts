import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StateRoot } from '../../src/state/stateRoot';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { nativeCodex } from '../support/nativeCodex';
import { assertNoProcessOf, processesOf } from '../support/processes';
import { createScratchHome, type ScratchHome } from '../support/scratchHome';
import { records, statuses } from './stateFiles';
import { WindowProcess } from './windowProcess';

for (const layout of ['global', 'workspace'] as const) {
  describe(`three windows, each a process of its own, on the ${layout} layout`, () => {
    let stub: ModelStub;
    let home: ScratchHome;
    let cwd: string;
    let windows: WindowProcess[] = [];
    before(async () => {
      stub = await ModelStub.start();
      home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
      cwd = await home.workspace('sample');
      const place = { root: home.stateRoot, cwd, env: home.env, codex: await nativeCodex(), layout };
      windows = await Promise.all([1, 2, 3].map(() => WindowProcess.open(place)));
    });
    after(async () => {
      await Promise.all(windows.map((window) => window.close()));
      await stub.stop();
      await assertNoProcessOf(home.home);
      await home.dispose();
    });

    /** Each row of each window in words, in the order of the threads. */
    const screens = async (threadIds: readonly string[]): Promise<string[][]> =>
      Promise.all(
        windows.map(async (window) => {
          const rows = await window.rows();
          return threadIds.map((id) => {
            const row = rows.find((each) => each.id === id);
            return row === undefined ? 'no row' : [row.status, row.owner, row.reason].join(' ').trim();
          });
        }),
      );
    const showEverywhere = (threadIds: readonly string[], wanted: string[][]): Promise<unknown> =>
      eventually(
        () => screens(threadIds),
        (shown) => assert.deepEqual(shown, wanted),
      );

    it("kill each other's turns at the same moment, all show the same, and nothing is left", async () => {
      const threadIds = await Promise.all(windows.map((window) => window.run('stream:60')));
      const [here, there] = ['running thisWindow', 'running anotherWindow'];
      await showEverywhere(threadIds, [
        [here, there, there],
        [there, here, there],
        [there, there, here],
      ]);
      const outcomes = await Promise.all(
        windows.map((window, index) => window.kill(threadIds[(index + 1) % 3] ?? '')),
      );
      assert.deepEqual(outcomes, ['stopped', 'stopped', 'stopped']);
      const row = [0, 1, 2].map(() => 'interrupted nobody killed');
      await showEverywhere(threadIds, [row, row, row]);
      await assertNothingLeft();
    });

    const assertNothingLeft = async (): Promise<void> => {
      const folder = await new StateRoot(home.stateRoot).folderForNewRun(cwd, layout);
      assert.deepEqual(Object.values(await statuses(folder)), ['interrupted', 'interrupted', 'interrupted']);
      for (const { status, error } of layout === 'workspace' ? await records(folder) : []) {
        assert.deepEqual([status, error], ['interrupted', 'Thread killed by user']);
      }
      await eventually(
        async () => (await readdir(home.stateRoot, { recursive: true })).filter(isOfRun),
        (names) => assert.deepEqual(names, []),
      );
      await eventually(
        async () => (await processesOf(home.home)).filter(({ command }) => command.endsWith(' app-server')),
        (codex) => assert.deepEqual(codex, []),
      );
      await eventually(
        () => readdir(join(home.home, 'own-runs')),
        (notes) => assert.deepEqual(notes, []),
      );
    };
  });
}

function isOfRun(name: string): boolean {
  return /(^|\/)(pids|kill-signals)\/.|\.(lock|tmp)$/.test(name);
}
