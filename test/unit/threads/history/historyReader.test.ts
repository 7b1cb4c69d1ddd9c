import assert from 'node:assert/strict';
import { UserError } from '../../../../src/base/userError';
import type { ThreadHistory } from '../../../../src/threads/history/threadHistory';
import { eventually } from '../../../support/eventually';
import { codexTurn, codexTurns, HistoryBench, turnLines } from './fakeHistory';

describe('the history of a thread', () => {
  let bench: HistoryBench;
  let history: ThreadHistory;
  beforeEach(() => {
    bench = new HistoryBench();
    history = bench.open();
  });
  afterEach(() => bench.reader.dispose());

  const become = (...lines: string[]): Promise<unknown> =>
    eventually(
      () => turnLines(history.turns()),
      (now) => assert.deepEqual(now, lines),
    );
  const tell = (
    live: { heard(method: string, params: object): void },
    method: string,
    params: object,
  ): void => live.heard(method, { threadId: 'thread', turnId: 't9', ...params });

  it('asks for nothing before it is to be read, and then for the newest turns', async () => {
    bench.codex.turns = codexTurns(25);
    assert.deepEqual(bench.codex.asked, []);
    await Promise.all([history.load(), history.load()]);
    await history.load();
    assert.deepEqual(bench.codex.asked, ['thread/turns/list']);
    assert.equal(history.turns().length, 20);
    assert.equal(history.turns().at(-1)?.prompt, 'Prompt of t25');
    assert.equal(history.hasOlderTurns, true);
    await eventually(
      () => bench.changes.length,
      (count) => assert.equal(count, 1),
    );
    assert.equal(bench.changes[0]?.isReset, true);
  });

  it('gets older turns in front of those that stay the same objects', async () => {
    bench.codex.turns = codexTurns(25);
    await history.load();
    const newest = history.turns();
    await Promise.all([history.loadOlder(), history.loadOlder()]);
    assert.equal(history.turns().length, 25);
    assert.equal(history.turns()[0]?.id, 't1');
    assert.equal(history.turns()[5], newest[0]);
    assert.equal(history.hasOlderTurns, false);
    await history.loadOlder();
    assert.equal(bench.codex.asked.length, 2);
  });

  it('gets all items of a turn when they are asked for, once', async () => {
    bench.codex.turns = codexTurns(1);
    await history.load();
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,m …']);
    const prompt = history.turns()[0]?.items[0];
    await Promise.all([history.loadItems('t1'), history.loadItems('t1')]);
    await history.loadItems('t1');
    await history.loadItems('unknown');
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,c,m']);
    assert.equal(history.turns()[0]?.items[0], prompt);
    assert.deepEqual(bench.codex.asked, ['thread/turns/list', 'thread/items/list']);
  });

  for (const words of [
    'unknown variant `thread/turns/list`',
    'thread/turns/list requires experimentalApi capability',
  ]) {
    it(`reads everything at once from a server that says "${words}"`, async () => {
      bench.codex.refused.set('thread/turns/list', words);
      bench.codex.turns = codexTurns(25);
      await history.load();
      assert.equal(history.turns().length, 25);
      assert.equal(history.hasOlderTurns, false);
      assert.ok(history.turns().every(({ hasAllItems }) => hasAllItems));
    });
  }

  it('finds the items of a turn where they cannot be listed', async () => {
    bench.codex.refused.set('thread/items/list', 'thread/items/list is not supported yet');
    bench.codex.turns = codexTurns(2);
    await history.load();
    await history.loadItems('t2');
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,m …', 't2 completed u,c,m']);
  });

  it('says why it cannot be read, and can be read again', async () => {
    bench.codex.refused.set('thread/turns/list', 'database is locked');
    await assert.rejects(history.load(), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /could not read.*database is locked.*Try again/);
      return true;
    });
    bench.codex.refused.clear();
    bench.codex.turns = codexTurns(1);
    await history.load();
    assert.equal(history.turns().length, 1);
  });

  for (const words of ['thread not loaded: x', 'no rollout found for thread id x', 'thread x is archived']) {
    it(`has what was logged when codex says "${words}"`, async () => {
      bench.codex.refused.set('thread/turns/list', words);
      const [turn] = [bench.logged.current];
      bench.loggedTurns.push({ ...turn, status: 'completed' });
      await history.load();
      assert.deepEqual(turnLines(history.turns()), ['run completed ']);
    });
  }

  it('is empty where nobody knows anything', async () => {
    bench.codex.refused.set('thread/turns/list', 'thread x is not materialized yet');
    await history.load();
    assert.deepEqual(history.turns(), []);
  });

  it('survives answers that are none', async () => {
    bench.codex.turns = [{ id: 3 }, { id: 'a', items: [null, { id: 'x' }, 7], status: { no: 1 } }] as never;
    await history.load();
    assert.deepEqual(turnLines(history.turns()), ['a unknown x …']);
  });

  it('does not take codex at its word of a newest turn without an end, until its thread has ended', async () => {
    const open = { status: 'interrupted', completedAt: null, durationMs: null };
    bench.codex.turns = [codexTurn('t1', open), codexTurn('t2', open)];
    await history.load();
    assert.deepEqual(turnLines(history.turns()), ['t1 interrupted u,m …', 't2 unknown u,m …']);
    const before = history.turns();
    await eventually(
      () => bench.changes.length,
      (count) => assert.equal(count, 1),
    );
    bench.thread({ status: 'failed', owner: 'nobody', ownerPid: undefined });
    assert.deepEqual(turnLines(history.turns()), ['t1 interrupted u,m …', 't2 interrupted u,m …']);
    assert.equal(history.turns()[0], before[0]);
    await eventually(
      () => bench.changes.at(-1)?.turns,
      (turns) => assert.deepEqual(turns, ['t2']),
    );
    bench.thread({ status: 'failed', owner: 'nobody', ownerPid: undefined, updatedAt: 100_000 });
    assert.equal(
      history.turns()[1]?.status,
      'unknown',
      'it began after its thread had ended: somebody else is at it',
    );
  });

  it('shows a run of ours behind the earlier turns, and goes on with the same objects when it has ended', async () => {
    bench.codex.turns = codexTurns(1);
    const { live, end } = bench.begin();
    await history.load();
    const [earlier] = history.turns();
    tell(live, 'turn/started', { turn: { id: 't9', startedAt: 1000 } });
    for (const item of codexTurn('t9').items as object[]) tell(live, 'item/completed', { item });
    tell(live, 'item/started', { item: { type: 'agentMessage', id: 't9-x', text: '' } });
    tell(live, 'item/agentMessage/delta', { itemId: 't9-x', delta: 'cut' });
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,m …', 't9 running u,c,m,x']);
    tell(live, 'turn/completed', { turn: { id: 't9', status: 'completed', durationMs: 12 } });
    const [, shown] = history.turns();
    bench.codex.turns.push(codexTurn('t9'));
    const asked = bench.codex.asked.length;
    end();
    await eventually(
      () => bench.codex.asked.slice(asked),
      (now) => assert.equal(now.length, 2),
    );
    await become('t1 completed u,m …', 't9 completed u,c,m,x');
    assert.equal(history.turns()[0], earlier);
    assert.equal(history.turns()[1], shown);

    // What only we have seen of it stays when codex is asked again.
    const next = bench.begin();
    next.live.heard('turn/started', { threadId: 'thread', turn: { id: 't10', startedAt: 1000 } });
    bench.codex.turns.push(codexTurn('t10'));
    next.end();
    await become('t1 completed u,m …', 't9 completed u,c,m,x', 't10 running u,c,m');
    assert.equal(history.turns()[1], shown);
  });

  it('has the late end of a command that outlived a turn of ours', async () => {
    const { live, end } = bench.begin();
    await history.load();
    tell(live, 'item/started', { item: { type: 'commandExecution', id: 't9-c', command: 'make' } });
    tell(live, 'turn/completed', { turn: { id: 't9', status: 'interrupted' } });
    await become('t9 interrupted c');
    bench.codex.turns = [codexTurn('t9', { status: 'interrupted' })];
    end();
    await become('t9 interrupted u,c,m');
    const item = history.turns()[0]?.items[1];
    assert.ok(item?.kind === 'command' && item.exitCode === 0);
  });

  it('keeps what was seen of a run of ours when codex cannot be asked about it', async () => {
    const { live, end } = bench.begin();
    await history.load();
    tell(live, 'item/completed', { item: { type: 'plan', id: 'p', text: 'x' } });
    bench.codex.refused.set('thread/turns/list', 'database is locked');
    live.end('failed', 'codex exited');
    end();
    await eventually(
      () => bench.codex.asked.length,
      (count) => assert.equal(count, 2),
    );
    assert.deepEqual(turnLines(history.turns()), ['t9 failed p']);
    assert.equal(history.turns()[0]?.error, 'codex exited');
  });

  it('adds what was said to a turn that was stopped, when all its items are read', async () => {
    const stopped = { status: 'interrupted', completedAt: 1001 };
    bench.codex.turns = [codexTurn('t1'), codexTurn('t2', stopped), codexTurn('t3', stopped)];
    bench.outputs.set('t1', 'of a turn that is whole').set('t2', 'Answer of t2\nand then');
    await history.load();
    assert.deepEqual(turnLines(history.turns()).slice(1), ['t2 interrupted u,m …', 't3 interrupted u,m …']);
    for (const id of ['t1', 't2', 't3']) await history.loadItems(id);
    const lines = ['t1 completed u,c,m', 't2 interrupted u,c,m,output', 't3 interrupted u,c,m'];
    assert.deepEqual(turnLines(history.turns()), lines);
    const [, turn] = history.turns();
    const last = turn?.items.at(-1);
    assert.deepEqual(last?.kind === 'message' && [last.text, last.status], ['and then', 'interrupted']);

    const { live, end } = bench.begin();
    live.heard('turn/started', { threadId: 'thread', turn: { id: 't9', startedAt: 1000 } });
    bench.codex.turns.push(codexTurn('t9'));
    end();
    await become(...lines, 't9 running u,c,m');
    assert.equal(history.turns()[1], turn);
  });

  it('adds what was said in a stopped turn to what an old server tells of it', async () => {
    bench.codex.refused.set('thread/turns/list', 'unknown variant `thread/turns/list`');
    bench.codex.turns = [codexTurn('t1', { status: 'failed' }), codexTurn('t2')];
    bench.outputs.set('t1', 'cut off');
    await history.load();
    const lines = ['t1 failed u,c,m,output', 't2 completed u,c,m'];
    assert.deepEqual(turnLines(history.turns()), lines);
    const { live, end } = bench.begin();
    live.heard('turn/started', { threadId: 'thread', turn: { id: 't9', startedAt: 1000 } });
    bench.codex.turns.push(codexTurn('t9'));
    end();
    await become(...lines, 't9 running u,c,m');
  });

  it('has what was said in a foreign turn that was killed, also when its run notes it later', async () => {
    bench.codex.turns = [codexTurn('t1', { status: 'interrupted', completedAt: null })];
    bench.thread({});
    await history.load();
    bench.thread({ status: 'interrupted', owner: 'nobody', ownerPid: undefined });
    await become('t1 interrupted u,c,m');
    bench.outputs.set('t1', 'cut off');
    bench.thread({ status: 'interrupted', owner: 'nobody', ownerPid: undefined, updatedAt: 2_000_001 });
    await become('t1 interrupted u,c,m,output');
  });

  it('has a message as interrupted that was cut off by words which steered the turn', async () => {
    const { live, end } = bench.begin();
    await history.load();
    tell(live, 'item/started', { item: { type: 'agentMessage', id: 't9-x', text: '' } });
    tell(live, 'item/agentMessage/delta', { itemId: 't9-x', delta: 'cut' });
    tell(live, 'turn/completed', { turn: { id: 't9', status: 'completed' } });
    bench.codex.turns = [codexTurn('t9')];
    end();
    await become('t9 completed x,u,c,m');
    assert.equal(history.turns()[0]?.items[0]?.status, 'interrupted');
  });

  it('gathers what is streamed', async () => {
    const { live } = bench.begin();
    await history.load();
    tell(live, 'item/started', { item: { type: 'agentMessage', id: 'm', text: '' } });
    await eventually(
      () => bench.changes.length,
      (count) => assert.equal(count, 1),
    );
    for (let at = 0; at < 1000; at++) tell(live, 'item/agentMessage/delta', { itemId: 'm', delta: 'ab' });
    await eventually(
      () => bench.changes.length,
      (count) => assert.equal(count, 2),
    );
    const place = { turnId: 't9', itemId: 'm', field: 'text', delta: 'ab'.repeat(1000) };
    assert.deepEqual(bench.changes[1], { isReset: false, turns: [], items: [], deltas: [place] });
  });

  it('tells of the tokens of its thread', async () => {
    const { live } = bench.begin();
    await history.load();
    const total = (): number | undefined => history.tokenUsage?.totalTokens;
    assert.equal(total(), undefined);
    tell(live, 'thread/tokenUsage/updated', { tokenUsage: { total: { totalTokens: 5 } } });
    assert.equal(total(), 5);
    await eventually(
      () => bench.changes.length,
      (count) => assert.ok(count > 0),
    );
  });

  it('has a turn that somebody else runs from its log, in the place of what codex says of it', async () => {
    bench.codex.turns = [codexTurn('t1'), codexTurn('t2', { status: 'interrupted', completedAt: null })];
    bench.thread({});
    await history.load();
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,m …', 't2 running ']);
    bench.logged.says('one');
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,m …', 't2 running log-0']);
    bench.codex.turns = [codexTurn('t1'), codexTurn('t2')];
    bench.thread({ status: 'completed', owner: 'nobody', ownerPid: undefined });
    await become('t1 completed u,m …', 't2 completed u,c,m');
  });

  it('finds out which turn of codex is the one that is logged, when codex knows it later', async () => {
    bench.codex.turns = codexTurns(1);
    await history.load();
    bench.thread({});
    assert.deepEqual(turnLines(history.turns()), ['t1 completed u,m …', 'run running ']);
    bench.codex.turns = [codexTurn('t1'), codexTurn('t2', { status: 'interrupted', completedAt: null })];
    bench.logged.says('one');
    await become('t1 completed u,m …', 't2 running log-0');
  });

  it('asks codex a few times only for a turn that it does not list', async () => {
    await history.load();
    bench.thread({});
    for (let at = 0; at < 20; at++) {
      bench.logged.says('more');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.ok(bench.codex.asked.length <= 10, `${bench.codex.asked.length} times`);
  });

  it('takes what it first held for a turn of somebody else as the run of ours that it is', async () => {
    await history.load();
    bench.thread({ owner: 'anotherWindow' });
    const { live } = bench.begin();
    tell(live, 'turn/started', { turn: { id: 't9' } });
    assert.deepEqual(turnLines(history.turns()), ['t9 running ']);
  });

  it('is shared by those who look at the same thread, until the last one leaves', async () => {
    bench.codex.turns = codexTurns(1);
    const other = bench.reader.open('thread');
    await history.load();
    await other.load();
    assert.equal(other.turns(), history.turns());
    assert.deepEqual(bench.codex.asked, ['thread/turns/list']);
    history.dispose();
    history.dispose();
    const { live } = bench.begin();
    tell(live, 'turn/started', { turn: { id: 't9' } });
    assert.equal(other.turns().length, 2);
    other.dispose();
    const again = bench.reader.open('thread');
    assert.deepEqual(again.turns(), []);
    again.dispose();
  });

  it('tells nothing any more after it was disposed', async () => {
    bench.codex.turns = codexTurns(1);
    const loading = history.load();
    history.dispose();
    await loading;
    const { live } = bench.begin();
    tell(live, 'turn/started', { turn: { id: 't9' } });
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(bench.changes, []);
  });
});
