import assert from 'node:assert/strict';
import { silentLog } from '../../../../src/base/log';
import { UserError } from '../../../../src/base/userError';
import { HistoryReader } from '../../../../src/threads/history/historyReader';
import { LoggedRuns } from '../../../../src/threads/history/loggedRuns';
import type { ThreadHistory } from '../../../../src/threads/history/threadHistory';
import { ThreadGoals } from '../../../../src/threads/history/threadGoals';
import type { HistoryItem, Turn } from '../../../../src/threads/history/turn';
import { UtilityServer } from '../../../../src/threads/utilityServer';
import type { TurnRun } from '../../../../src/threads/turnRun';
import { eventually } from '../../../support/eventually';
import { waitUntil } from '../../../support/processes';
import { TaskBench } from '../../../support/taskBench';
import type { TaskBenchOptions } from '../../../support/taskBench';
import { RawCodex } from '../../support/rawCodex';

describe('the history of a thread on the real codex', () => {
  let bench: TaskBench;
  let server: UtilityServer;
  let fresh: HistoryReader;

  const open = async (options: TaskBenchOptions = {}): Promise<void> => {
    bench = await TaskBench.open(options);
    server = new UtilityServer(() => bench.launcher.start());
    const { runs, store, state } = bench;
    const logged = new LoggedRuns(state, store, silentLog);
    fresh = new HistoryReader({ server, runs, store, logged, log: silentLog });
  };
  afterEach(async () => {
    fresh.dispose();
    server.dispose();
    await bench.close();
  });

  const follow = async (run: TurnRun): Promise<ThreadHistory> => {
    const history = bench.histories.open(run.threadId);
    await history.load();
    return history;
  };
  /** What codex says of the newest turn, to somebody who has not seen it. */
  const told = async (run: TurnRun): Promise<Turn> => {
    const history = fresh.open(run.threadId);
    await history.load();
    const id = history.turns().at(-1)?.id ?? '';
    await history.loadItems(id);
    const turn = history.turns().at(-1);
    history.dispose();
    assert.ok(turn);
    return turn;
  };
  const started = (run: TurnRun): Promise<unknown> =>
    waitUntil(() => run.turn.id, { timeoutMs: 15_000, what: 'the turn to start' });
  const kinds = (turn: Turn | undefined): string[] =>
    (turn?.items ?? []).map(({ kind, status }) => `${kind} ${status}`);
  const message = (turn: Turn | undefined): HistoryItem | undefined =>
    turn?.items.findLast((item) => item.kind === 'message');

  it('is live what codex tells afterwards, item by item', async () => {
    await open();
    const run = await bench.run(
      'reason:0.2 say:"on it" run:"echo hi; exit 3" edit:new.txt=one edit:README.md=more run:"seq 3" say:done',
    );
    const history = await follow(run);
    await run.ended;
    const live = run.turn.current;
    assert.deepEqual(kinds(live), [
      ...['prompt completed', 'reasoning completed', 'message completed', 'command failed'],
      ...['fileChange completed', 'fileChange completed', 'command completed', 'message completed'],
    ]);
    assert.deepEqual(live, await told(run));
    assert.ok((history.tokenUsage?.totalTokens ?? 0) > 0);
    assert.ok((history.tokenUsage?.contextWindow ?? 0) > 0);
    assert.equal(history.turns()[0], live);
    history.dispose();
  });

  it('keeps what was said of a turn that was killed, and says so also of what runs', async () => {
    await open();
    const run = await bench.run('run:"echo begun; sleep 300"');
    const history = await follow(run);
    await waitUntil(() => run.turn.current?.items.some(({ kind }) => kind === 'command'), {
      timeoutMs: 15_000,
      what: 'the command to run',
    });
    run.stop('killed');
    await run.ended;
    await eventually(
      () => kinds(history.turns()[0]),
      (now) => assert.deepEqual(now, ['prompt completed', 'command failed']),
    );
    assert.equal(history.turns()[0]?.status, 'interrupted');
    assert.equal((await told(run)).status, 'interrupted');

    const second = await bench.resume(run.threadId, 'stream:30');
    await waitUntil(() => second.unfinishedText.includes('tick'), { timeoutMs: 15_000, what: 'some text' });
    second.stop('killed');
    await second.ended;
    const newest = (): Turn | undefined => history.turns().at(-1);
    assert.equal(newest()?.status, 'interrupted');
    const said = message(newest());
    assert.ok(said?.kind === 'message');
    assert.match(said.text, /^tick1 /);
    assert.equal(said.status, 'interrupted');
    history.dispose();
  });

  for (const stateLayout of ['global', 'workspace'] as const) {
    it(`still has what a turn had said that was stopped, whoever looks, in the ${stateLayout} layout`, async () => {
      await open({ stateLayout, preferences: { timeoutSeconds: 2 } });
      const run = await bench.run('say:"on it" run:"echo hi" stream:30');
      const history = await follow(run);
      const begun = (of: TurnRun): Promise<unknown> =>
        waitUntil(() => of.unfinishedText.includes('tick3'), { timeoutMs: 15_000, what: 'some text' });
      await begun(run);
      run.stop('killed');
      await run.ended;
      const texts = (turn: Turn | undefined): string[] =>
        (turn?.items ?? []).flatMap((item) =>
          item.kind === 'message' ? `${item.status}: ${item.text.slice(0, 12)}` : [],
        );
      const said = ['completed: on it', 'interrupted: tick1 tick2 '];
      assert.deepEqual(texts(history.turns()[0]), said);
      assert.deepEqual(texts(await told(run)), said);

      const second = await bench.resume(run.threadId, 'stream:30');
      assert.equal((await second.ended).reason, 'timed out after 2 s');
      const died = await bench.resume(run.threadId, 'say:three stream:30');
      await begun(died);
      process.kill(died.pid, 'SIGKILL');
      await died.ended;
      const all = [said, [said[1]], ['completed: three', said[1]]];
      const entered = (): boolean => bench.store.get(run.threadId)?.status === 'failed';
      await waitUntil(entered, { timeoutMs: 15_000, what: 'the row' });
      await eventually(
        () => history.turns().map(texts),
        (now) => assert.deepEqual(now, all),
      );
      history.dispose();
      const later = fresh.open(run.threadId);
      await later.load();
      for (const { id } of later.turns()) await later.loadItems(id);
      assert.deepEqual(later.turns().map(texts), all);
      later.dispose();
    });
  }

  it('agrees with its run about a turn that ran out of time, and about one whose codex died', async () => {
    await open({ preferences: { timeoutSeconds: 1 } });
    const run = await bench.run('stream:30');
    const history = await follow(run);
    await run.ended;
    assert.deepEqual([run.turn.current?.status, run.turn.current?.error], ['failed', 'timed out after 1 s']);
    const second = await bench.resume(run.threadId, 'hang');
    await started(second);
    process.kill(second.pid, 'SIGKILL');
    await second.ended;
    assert.equal(history.turns().at(-1)?.status, 'failed');
    assert.match(history.turns().at(-1)?.error ?? '', /SIGKILL/);
    await waitUntil(() => bench.store.get(run.threadId)?.status === 'failed', {
      timeoutMs: 15_000,
      what: 'the row',
    });
    // Codex itself has no end of that turn.
    assert.equal((await told(second)).status, 'interrupted');
    history.dispose();
  });

  it('fails with the reason of the model', async () => {
    await open();
    const run = await bench.run('fail:500');
    await run.ended;
    const live = run.turn.current;
    assert.equal(live?.status, 'failed');
    assert.deepEqual(kinds(live), ['prompt completed', 'error failed']);
    const afterwards = await told(run);
    assert.deepEqual([afterwards.status, afterwards.error], ['failed', live.error]);
  });

  it('has the words that steered a turn as a prompt of it', async () => {
    await open();
    const run = await bench.run('stream:30');
    const steering = run.steer('say:steered'); // it waits for the turn to begin
    const history = await follow(run);
    await steering;
    assert.equal((await run.ended).status, 'completed');
    const prompts = (turn: Turn | undefined): string[] =>
      (turn?.items ?? []).flatMap((item) => (item.kind === 'prompt' ? [item.text] : []));
    assert.deepEqual(prompts(run.turn.current), ['stream:30', 'say:steered']);
    assert.deepEqual(prompts(await told(run)), ['stream:30', 'say:steered']);
    const answer = message(history.turns()[0]);
    assert.equal(answer?.kind === 'message' && answer.text, 'steered');
    await assert.rejects(run.steer('say:late'), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /ended.*Resume/);
      return true;
    });
    await assert.rejects(run.steer('  '), UserError);
    history.dispose();
  });

  it('says that a turn which is being stopped takes no more words', async () => {
    await open();
    const run = await bench.run('slow:20 say:never');
    run.stop('killed');
    await assert.rejects(run.steer('say:x'), UserError);
    await run.ended;
  });

  it('has more than a page of turns, the older ones when they are asked for', async () => {
    await open();
    const codex = await RawCodex.start(bench.home);
    const threadId = await codex.startThread(bench.folder);
    for (let at = 1; at <= 22; at++)
      await codex.turnEnded(await codex.startTurn(threadId, `say:"answer ${at}"`));
    const history = fresh.open(threadId);
    await history.load();
    assert.equal(history.turns().length, 20);
    assert.equal(history.hasOlderTurns, true);
    await history.loadOlder();
    const answers = history.turns().map((turn) => {
      const item = message(turn);
      return item?.kind === 'message' ? item.text : '';
    });
    assert.deepEqual(
      answers,
      Array.from({ length: 22 }, (_, at) => `answer ${at + 1}`),
    );
    assert.equal(history.hasOlderTurns, false);
    history.dispose();
    await codex.close();
  });

  it('is empty for a thread that has not run yet, and for one that there is not', async () => {
    await open();
    const codex = await RawCodex.start(bench.home);
    for (const id of [
      await codex.startThread(bench.folder),
      '01a202fc-15c7-7880-9341-97614e04765e',
      'nonsense',
    ]) {
      const history = fresh.open(id);
      await history.load();
      assert.deepEqual(history.turns(), []);
      history.dispose();
    }
    await codex.close();
  });

  it('tells the goal of a thread, which codex keeps', async () => {
    await open();
    const codex = await RawCodex.start(bench.home);
    const threadId = await codex.startThread(bench.folder);
    await codex.turnEnded(await codex.startTurn(threadId, 'say:x'));
    const goals = new ThreadGoals(server, bench.runs, bench.state, silentLog);
    assert.equal(await goals.get(threadId), undefined);
    await codex.request('thread/goal/set', {
      ...{ threadId, objective: 'make it', status: 'paused', tokenBudget: 5000 },
    });
    const goal = { objective: 'make it', status: 'paused', tokenBudget: 5000, tokensUsed: 0 };
    assert.deepEqual(await goals.get(threadId), goal);
    assert.equal(await goals.get('01a202fc-15c7-7880-9341-97614e04765e'), undefined);
    await codex.close();
  });
});
