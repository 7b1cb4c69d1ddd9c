import assert from 'node:assert/strict';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { silentLog } from '../../src/base/log';
import { logBodies, logLine } from '../../src/state/logBodies';
import type { StateFolder } from '../../src/state/stateFolder';
import { HistoryReader } from '../../src/threads/history/historyReader';
import { LoggedRuns } from '../../src/threads/history/loggedRuns';
import type { ThreadHistory } from '../../src/threads/history/threadHistory';
import type { Turn } from '../../src/threads/history/turn';
import { LiveRuns } from '../../src/threads/liveRuns';
import { UtilityServer } from '../../src/threads/utilityServer';
import { eventually } from '../support/eventually';
import { nativeCodex } from '../support/nativeCodex';
import { TaskBench } from '../support/taskBench';
import { EditorWindow, rowBecomes } from './editorWindow';
import { Outside } from './outside';
import { records } from './stateFiles';

/** A turn in words: its status and its items, "kind status text". */
function turnText(turn: Turn | undefined): unknown {
  const items = (turn?.items ?? []).map((item) => {
    const what = 'text' in item ? item.text : 'command' in item ? item.command : '';
    return `${item.kind} ${item.status} ${what}`.trim();
  });
  return [turn?.status, ...items];
}

describe('the history of threads that others run', () => {
  let bench: TaskBench;
  let outside: Outside;
  let folder: StateFolder;

  const open = async (stateLayout: 'global' | 'workspace'): Promise<void> => {
    bench = await TaskBench.open({ stateLayout });
    outside = new Outside(bench.folder, bench.home.env);
    folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
  };
  afterEach(async () => {
    await outside.dispose();
    await bench.close();
  });

  const become = (history: ThreadHistory, wanted: unknown): Promise<unknown> =>
    eventually(
      () => turnText(history.turns().at(-1)),
      (now) => assert.deepEqual(now, wanted),
    );
  const completed = async (threadId: string): Promise<void> =>
    await rowBecomes(bench.store, threadId, 'completed, nobody');

  for (const generation of ['a', 'b'] as const) {
    it(`follows a turn of generation ${generation.toUpperCase()} by its log, and has it from codex afterwards`, async () => {
      await open(generation === 'a' ? 'global' : 'workspace');
      const run = await bench.run('say:first');
      const history = bench.histories.open(run.threadId);
      await history.load();
      await run.ended;
      await completed(run.threadId);
      const program = generation === 'a' ? 'generationA.mjs' : 'generationB.mjs';
      const args = ['run', 'stream:10', '--resume', run.shortId, '--codex', await nativeCodex()];
      const cli = outside.start(program, ...args);
      await rowBecomes(bench.store, run.threadId, 'running, cli');
      // As the command line logs it.
      const runId = generation === 'a' ? '' : String((await records(folder)).at(-1)?.runId);
      const log = folder.runLogFile(run.shortId, runId === '' ? 'none' : runId);
      await mkdir(dirname(log), { recursive: true });
      await appendFile(log, logLine(new Date(), logBodies.commandStarted('make')));
      await become(history, ['running', 'prompt completed stream:10', 'command running make']);
      const [first, running] = history.turns();
      await appendFile(log, logLine(new Date(), logBodies.commandCompleted('make', 0)));
      await become(history, ['running', 'prompt completed stream:10', 'command completed make']);
      assert.equal(running?.prompt, 'stream:10');
      assert.equal((await cli.ended).code, 0);
      await eventually(
        () => turnText(history.turns().at(-1)),
        (now) => assert.match(String(now), /^completed,prompt completed stream:10,message completed tick1 /),
      );
      assert.equal(history.turns().length, 2);
      assert.equal(history.turns()[0], first);
      assert.equal(history.turns()[1]?.id, running.id);
      history.dispose();
    });
  }

  for (const generation of ['a', 'b'] as const) {
    it(`has what a turn of generation ${generation.toUpperCase()} had said that was killed, whoever looks`, async () => {
      await open(generation === 'a' ? 'global' : 'workspace');
      const first = await bench.run('say:first');
      await first.ended;
      await completed(first.threadId);
      const program = generation === 'a' ? 'generationA.mjs' : 'generationB.mjs';
      const prompt = 'say:"on it" run:"echo hi" stream:30';
      outside.start(program, 'run', prompt, '--resume', first.shortId, '--codex', await nativeCodex());
      await rowBecomes(bench.store, first.threadId, 'running, cli');
      const history = bench.histories.open(first.threadId);
      await history.load();
      await eventually(
        () => bench.stub.requests.at(-1)?.outputs.length,
        (outputs) => assert.equal(outputs, 1),
      );
      await outside[generation]('kill', first.shortId);
      const said = (of: ThreadHistory): string[] =>
        (of.turns().at(-1)?.items ?? []).flatMap((item) =>
          item.kind === 'message' ? `${item.status}: ${item.text.slice(0, 6)}` : [],
        );
      const wanted = ['completed: on it', 'interrupted: tick1 '];
      await eventually(
        () => said(history),
        (now) => assert.deepEqual(now, wanted),
      );
      assert.equal(history.turns().at(-1)?.status, 'interrupted');
      const items = history.turns().at(-1)?.items;
      history.dispose();
      const later = bench.histories.open(first.threadId);
      await later.load();
      for (const { id } of later.turns()) await later.loadItems(id);
      assert.deepEqual(later.turns().at(-1)?.items, items);
      assert.deepEqual(turnText(later.turns()[0]), [
        'completed',
        'prompt completed say:first',
        'message completed first',
      ]);
      later.dispose();
    });
  }

  it('has a turn of the CLI that was running before anybody looked', async () => {
    await open('workspace');
    const cli = outside.start('generationB.mjs', 'run', 'stream:4', '--codex', await nativeCodex());
    const shared = await eventually(
      () => bench.store.active(),
      ([thread]) => assert.equal(thread?.status, 'running'),
    );
    const threadId = shared[0]?.id ?? '';
    const history = bench.histories.open(threadId);
    await history.load();
    await eventually(
      () => history.turns(),
      ([turn]) => assert.deepEqual([turn?.status, turn?.prompt], ['running', 'stream:4']),
    );
    await cli.ended;
    await eventually(
      () => history.turns().map(({ status, prompt }) => `${status} ${prompt}`),
      (now) => assert.deepEqual(now, ['completed stream:4']),
    );
    history.dispose();
  });

  it('has the logged turns of a thread that codex does not know', async () => {
    await open('workspace');
    await outside.b('run', 'say:one', '--thread', '01a202fc-15c7-7880-9341-97614e04765e');
    const [record] = await records(folder);
    const threadId = String(record?.threadId);
    await completed(threadId);
    const history = bench.histories.open(threadId);
    await history.load();
    assert.equal(history.turns().length, 1);
    assert.deepEqual(turnText(history.turns()[0]), [
      'completed',
      'prompt completed say:one',
      'message completed one',
    ]);
    history.dispose();
  });

  for (const stateLayout of ['global', 'workspace'] as const) {
    it(`follows a turn of another window in the ${stateLayout} layout`, async () => {
      await open(stateLayout);
      const window = await EditorWindow.open(bench.home.stateRoot);
      const server = new UtilityServer(() => bench.launcher.start());
      const { store, state } = window;
      const logged = new LoggedRuns(state, store, silentLog);
      const reader = new HistoryReader({ server, runs: new LiveRuns(), store, logged, log: silentLog });
      const run = await bench.run('run:"echo hello" stream:3 say:done');
      await rowBecomes(store, run.threadId, 'running, anotherWindow');
      const history = reader.open(run.threadId);
      await history.load();
      const command = "/bin/bash -lc 'echo hello'";
      await eventually(
        () => turnText(history.turns()[0]),
        (now) =>
          assert.deepEqual(now, [
            'running',
            `prompt completed ${run.prompt}`,
            `command completed ${command}`,
          ]),
      );
      await run.ended;
      await eventually(
        () => String(turnText(history.turns()[0])),
        (now) =>
          assert.match(
            now,
            /^completed,prompt .*,command completed .*,message completed tick1 .*,message completed done$/s,
          ),
      );
      assert.equal(history.turns()[0]?.id, run.turn.id);
      reader.dispose();
      server.dispose();
      await window.dispose();
    });
  }
});
