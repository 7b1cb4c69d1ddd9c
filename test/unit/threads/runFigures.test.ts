import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { LiveRuns } from '../../../src/threads/liveRuns';
import { ThreadStore } from '../../../src/threads/threadStore';
import { ThreadSync } from '../../../src/threads/threadSync';
import { silentLog } from '../../../src/base/log';
import { SharedState } from '../../../src/state/sharedState';
import type { StateFolder } from '../../../src/state/stateFolder';
import type { Thread } from '../../../src/threads/thread';
import type { TurnRun } from '../../../src/threads/turnRun';
import { description } from '../../../src/views/threadText';
import { eventually } from '../../support/eventually';
import { TaskBench } from '../../support/taskBench';

type Entries = Record<string, Record<string, unknown>>;

for (const stateLayout of ['global', 'workspace'] as const) {
  describe(`what a run came to, in the ${stateLayout} layout`, () => {
    let bench: TaskBench;
    beforeEach(async () => {
      bench = await TaskBench.open({ stateLayout });
    });
    afterEach(() => bench.close());

    const folderOf = async (): Promise<StateFolder> =>
      stateLayout === 'global' ? bench.root.global : await bench.root.workspaceOf(bench.folder);
    /** As a window sees it that has just been opened. */
    const reloaded = async (run: TurnRun): Promise<Thread | undefined> => {
      const store = new ThreadStore();
      const runs = new LiveRuns();
      const state = new SharedState({ root: bench.root, log: silentLog });
      const sync = new ThreadSync(state, runs, store);
      try {
        await state.start();
        await state.loadLatestRun(run.threadId);
        return store.get(run.threadId);
      } finally {
        sync.dispose();
        runs.dispose();
        await state.dispose();
      }
    };
    const figures = (thread: Thread | undefined): unknown => {
      const { changes, goal, totalTokens } = thread ?? {};
      return { changes, goal, hasTokens: typeof totalTokens === 'number' && totalTokens > 0 };
    };
    const status = stateLayout === 'global' ? 'paused' : 'blocked';
    const setGoal = async (threadId: string, objective: string): Promise<void> => {
      const server = await bench.launcher.start(bench.folder);
      await server.request('thread/goal/set', { threadId, objective, status });
      await server.stop();
    };
    const none = { changes: undefined, goal: undefined, hasTokens: false };

    it('shows after the run and after a reload, the goal of the thread included', async () => {
      const first = await bench.run('edit:notes.txt="one\ntwo" say:done');
      await first.ended;
      const said = { changes: { added: 2, removed: 0 }, goal: undefined, hasTokens: true };
      await eventually(
        () => Promise.resolve(figures(bench.store.get(first.threadId))),
        (shown) => assert.deepEqual(shown, said),
      );
      const shown = await reloaded(first);
      assert.deepEqual(figures(shown), said);
      assert.match(description(shown ?? assert.fail(), Date.now()), / · \+2 · offline · /);

      await setGoal(first.threadId, `Ship ${'it '.repeat(500)}`);
      const second = await bench.resume(first.threadId, 'say:more');
      await second.ended;
      const { goal, changes } = (await reloaded(second)) ?? {};
      assert.equal(changes, undefined); // of the last turn
      assert.equal(goal?.status, status);
      assert.match(goal.objective, /^Ship it it/);
      assert.ok(goal.objective.length <= 200);
    });

    it('shows when the window was closed in the middle of it', async () => {
      const run = await bench.run('edit:notes.txt="one" stream:30');
      await eventually(
        () => Promise.resolve(run.unfinishedText),
        (text) => assert.match(text, /tick/),
      );
      run.abandonSync();
      const said = { changes: { added: 1, removed: 0 }, goal: undefined, hasTokens: true };
      assert.deepEqual(figures(await reloaded(run)), said);
    });

    it('no longer shows when the command line has run the thread since', async () => {
      const run = await bench.run('edit:notes.txt="one" say:done');
      await run.ended;
      const folder = await folderOf();
      const entries = JSON.parse(await readFile(folder.indexFile, 'utf8')) as Entries;
      Object.assign(entries[run.shortId] ?? {}, { updatedAt: new Date(Date.now() + 1000).toISOString() });
      await writeFile(folder.indexFile, JSON.stringify(entries));
      const shown = figures(await reloaded(run));
      // The record of the newer layout is the run's own.
      const recorded = stateLayout === 'global' ? none : { ...none, changes: { added: 1, removed: 0 } };
      assert.deepEqual(shown, recorded);
    });
  });
}
