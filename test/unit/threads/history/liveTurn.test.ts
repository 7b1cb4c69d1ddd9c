import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LiveTurn } from '../../../../src/threads/history/liveTurn';
import { MAX_OUTPUT } from '../../../../src/threads/history/turn';
import type { HistoryItem } from '../../../../src/threads/history/turn';
import type { TurnChange } from '../../../../src/threads/history/turnSource';

/** A live turn that hears notifications of its thread. */
class Heard {
  readonly live = new LiveTurn('thread', 'Do it');
  readonly changes: TurnChange[] = [];

  constructor() {
    this.live.onDidChange((change) => this.changes.push(change));
  }

  tell(method: string, params: object): this {
    this.live.heard(method, { threadId: 'thread', turnId: 'turn', ...params });
    return this;
  }

  begin(): this {
    return this.tell('turn/started', { turn: { id: 'turn', status: 'inProgress', startedAt: 1000 } });
  }

  started(item: object): this {
    return this.tell('item/started', { item });
  }

  completed(item: object): this {
    return this.tell('item/completed', { item });
  }

  end(status: string, fields: object = {}): this {
    return this.tell('turn/completed', { turn: { id: 'turn', status, ...fields } });
  }

  item(id: string): HistoryItem | undefined {
    return this.live.current?.items.find((item) => item.id === id);
  }

  /** "id kind status text" of each item. */
  get lines(): string[] {
    return (this.live.current?.items ?? []).map((item) => {
      const text =
        'text' in item ? item.text : 'output' in item ? item.output : 'message' in item ? item.message : '';
      return `${item.id} ${item.kind} ${item.status} ${text}`.trim();
    });
  }
}

const command = (id: string, fields: object = {}): object => ({
  type: 'commandExecution',
  id,
  command: 'make',
  status: 'inProgress',
  ...fields,
});

describe('a live turn', () => {
  it('is built from what codex tells, in the order in which things began', () => {
    const heard = new Heard()
      .begin()
      .completed({ type: 'userMessage', id: 'u', content: [{ type: 'text', text: 'Do it' }] })
      .started({ type: 'reasoning', id: 'r', summary: [], content: [] })
      .tell('item/reasoning/summaryPartAdded', { itemId: 'r', summaryIndex: 0 })
      .tell('item/reasoning/summaryTextDelta', { itemId: 'r', summaryIndex: 0, delta: 'One' })
      .tell('item/reasoning/textDelta', { itemId: 'r', contentIndex: 0, delta: 'raw' })
      .tell('item/reasoning/summaryTextDelta', { itemId: 'r', summaryIndex: 1, delta: 'Two' })
      .started(command('c'))
      .started({ type: 'agentMessage', id: 'm', text: '', phase: 'commentary' })
      .tell('item/agentMessage/delta', { itemId: 'm', delta: 'Wai' })
      .tell('item/commandExecution/outputDelta', { itemId: 'c', delta: 'built\n' })
      .tell('item/agentMessage/delta', { itemId: 'm', delta: 'ting' });
    assert.deepEqual(heard.lines, [
      'u prompt completed Do it',
      'r reasoning running One\n\nTwo',
      'c command running built',
      'm message running Waiting',
    ]);
    const turn = heard.live.current;
    assert.deepEqual(
      [turn?.id, turn?.status, turn?.prompt, turn?.startedAt],
      ['turn', 'running', 'Do it', 1_000_000],
    );
  });

  it('has no turn before codex has begun one', () => {
    assert.equal(new Heard().live.current, undefined);
  });

  it('takes what an item says when it is completed in place of what was streamed', () => {
    const heard = new Heard()
      .begin()
      .started(command('c'))
      .tell('item/commandExecution/outputDelta', { itemId: 'c', delta: 'half' })
      .completed(command('c', { status: 'completed', exitCode: 0, aggregatedOutput: 'whole' }))
      .tell('item/commandExecution/outputDelta', { itemId: 'c', delta: 'late' });
    assert.deepEqual(heard.lines, ['c command completed whole']);
    heard.completed(command('c', { status: 'failed', exitCode: 1, aggregatedOutput: 'again' }));
    assert.deepEqual(heard.lines, ['c command failed again']);
  });

  it('keeps what was streamed when the completed item says nothing of it', () => {
    const heard = new Heard()
      .begin()
      .tell('item/commandExecution/outputDelta', { itemId: 'c', delta: 'streamed' })
      .completed(command('c', { status: 'completed', aggregatedOutput: null }));
    assert.deepEqual(heard.lines, ['c command completed streamed']);
  });

  it('makes an item of deltas whose start was not seen, which a late start completes', () => {
    const heard = new Heard().begin().tell('item/agentMessage/delta', { itemId: 'm', delta: 'Hel' });
    assert.deepEqual(heard.lines, ['m message running Hel']);
    heard.started({ type: 'agentMessage', id: 'm', text: '', phase: 'final_answer' });
    heard.tell('item/agentMessage/delta', { itemId: 'm', delta: 'lo' });
    assert.deepEqual(heard.lines, ['m message running Hello']);
    assert.ok(heard.item('m')?.kind === 'message' && (heard.item('m') as { isFinal: boolean }).isFinal);
  });

  it('puts a summary in place of the raw reasoning that came first', () => {
    const heard = new Heard()
      .begin()
      .tell('item/reasoning/textDelta', { itemId: 'r', contentIndex: 0, delta: 'raw' });
    assert.deepEqual(heard.lines, ['r reasoning running raw']);
    heard.tell('item/reasoning/summaryTextDelta', { itemId: 'r', summaryIndex: 0, delta: 'Sum' });
    assert.deepEqual(heard.lines, ['r reasoning running Sum']);
    assert.deepEqual(heard.changes.at(-1), { kind: 'item', itemId: 'r' });
  });

  for (const [status, closed] of [
    ['completed', 'completed'],
    ['interrupted', 'interrupted'],
    ['failed', 'interrupted'],
  ] as const) {
    it(`closes what never completed when the turn is ${status}`, () => {
      const heard = new Heard().begin().started(command('c')).end(status, { durationMs: 12 });
      assert.deepEqual(heard.lines, [`c command ${closed}`]);
      assert.deepEqual([heard.live.current?.status, heard.live.current?.durationMs], [status, 12]);
    });
  }

  it('accepts items of its own after its end, and none of a turn that codex begins by itself', () => {
    const heard = new Heard().begin().started(command('c')).end('interrupted');
    heard.completed(command('c', { status: 'failed', exitCode: -1, aggregatedOutput: 'x' }));
    heard.started(command('d'));
    heard.tell('turn/started', { turn: { id: 'next' } });
    heard.tell('item/started', { turnId: 'next', item: command('e') });
    assert.deepEqual(heard.lines, ['c command failed x', 'd command interrupted']);
    assert.equal(heard.live.current?.status, 'interrupted');
  });

  it('ends as its run did', () => {
    const heard = new Heard().begin().end('interrupted');
    heard.live.end('failed', 'timed out after 1 s');
    assert.deepEqual(
      [heard.live.current?.status, heard.live.current?.error],
      ['failed', 'timed out after 1 s'],
    );
  });

  it('shows one message while codex tries again, and a new one when that has helped', () => {
    const retry = (message: string, willRetry = true): object => ({ error: { message }, willRetry });
    const heard = new Heard().begin().tell('error', retry('1/5')).tell('error', retry('2/5'));
    assert.deepEqual(heard.lines, ['error-1 error running 2/5']);
    heard.started(command('c')).tell('error', retry('1/5')).tell('error', retry('gave up', false));
    assert.deepEqual(heard.lines, [
      'error-1 error completed 2/5',
      'c command running',
      'error-2 error failed gave up',
    ]);
  });

  it('has the plan, and says nothing of a diff that nobody shows', () => {
    const heard = new Heard().begin();
    heard.tell('turn/plan/updated', { plan: [{ step: 'Read', status: 'inProgress' }, { step: 3 }] });
    const told = heard.changes.length;
    heard.tell('turn/diff/updated', { diff: 'diff --git' });
    assert.equal(heard.changes.length, told);
    assert.deepEqual(heard.live.current?.plan, [{ step: 'Read', status: 'inProgress' }]);
  });

  it('knows the tokens and the goal of its thread', () => {
    const total = {
      totalTokens: 7,
      inputTokens: 4,
      cachedInputTokens: 1,
      outputTokens: 2,
      reasoningOutputTokens: 1,
    };
    const heard = new Heard().begin();
    heard.tell('thread/tokenUsage/updated', {
      tokenUsage: { total, last: { ...total, totalTokens: 3 }, modelContextWindow: 100 },
    });
    assert.deepEqual(heard.live.tokenUsage, { ...total, contextWindow: 100, lastTotalTokens: 3 });
    heard.tell('thread/goal/updated', { goal: { objective: 'make it', status: 'active', tokenBudget: 5 } });
    assert.equal(heard.live.goal?.objective, 'make it');
    heard.tell('thread/goal/cleared', {});
    assert.equal(heard.live.goal, null);
  });

  it('does not hear other threads', () => {
    const heard = new Heard().begin().tell('item/started', { threadId: 'other', item: command('c') });
    assert.deepEqual(heard.lines, []);
  });

  it('makes one item and one list for 50,000 deltas, when somebody looks', () => {
    const heard = new Heard().begin();
    for (let at = 0; at < 1000; at++) heard.completed({ type: 'plan', id: `p${at}`, text: 'x' });
    heard.started(command('c'));
    const before = heard.live.current;
    let made = 0;
    let last: unknown = before;
    for (let at = 0; at < 50_000; at++) {
      heard.tell('item/commandExecution/outputDelta', { itemId: 'c', delta: 'abc\n' });
      if (at % 500 !== 0) continue;
      const now = heard.live.current;
      if (now !== last) made += 1;
      last = now;
      assert.equal(now, heard.live.current);
      assert.equal(now?.items[0], before?.items[0], 'what did not change is the same object');
    }
    assert.equal(made, 100);
    const item = heard.item('c');
    assert.ok(item?.kind === 'command');
    assert.equal(item.output.length, 200_000);
    assert.equal(heard.changes.filter(({ kind }) => kind === 'delta').length, 50_000);
  });

  it('keeps the end of an output that does not end', () => {
    const heard = new Heard().begin().started(command('c'));
    for (let at = 0; at < 40; at++) {
      heard.tell('item/commandExecution/outputDelta', { itemId: 'c', delta: `${at}`.padStart(100_000, '.') });
    }
    const item = heard.item('c');
    assert.ok(item?.kind === 'command');
    assert.equal(item.output.length, MAX_OUTPUT);
    assert.match(item.output, /\.39$/);
  });

  it('cuts the oldest completed outputs to their end when they get too many, and says so', () => {
    const heard = new Heard().begin().started(command('running'));
    heard.tell('item/commandExecution/outputDelta', { itemId: 'running', delta: 'x'.repeat(MAX_OUTPUT) });
    const whole = 'o'.repeat(MAX_OUTPUT - 3);
    for (let at = 0; at < 18; at++) {
      heard.completed(command(`c${at}`, { status: 'completed', aggregatedOutput: `${whole}end` }));
    }
    const lengths = (heard.live.current?.items ?? []).map((item) => {
      assert.ok(item.kind === 'command');
      assert.match(item.output, /(end|x)$/);
      return item.output.length;
    });
    const kept = Array.from({ length: 17 }, () => MAX_OUTPUT); // with the one that runs
    assert.deepEqual(lengths, [MAX_OUTPUT, 16_384, 16_384, ...kept.slice(1)]);
    assert.deepEqual(heard.changes.at(-1), { kind: 'item', itemId: 'c1' });
    heard.completed(command('c17', { status: 'completed', aggregatedOutput: `${whole}end` }));
    const again = heard.item('c2');
    assert.ok(again?.kind === 'command' && again.output.length === MAX_OUTPUT, 'it counts once');
  });

  it('never throws, whatever comes and in whatever order', () => {
    const methods = [
      ...['turn/started', 'turn/completed', 'turn/plan/updated', 'turn/diff/updated', 'error'],
      ...['item/started', 'item/completed', 'item/agentMessage/delta', 'item/plan/delta'],
      ...['item/commandExecution/outputDelta', 'item/reasoning/textDelta', 'item/reasoning/summaryTextDelta'],
      ...['thread/tokenUsage/updated', 'thread/goal/updated', 'thread/goal/cleared', 'nonsense'],
    ];
    const id = fc.constantFrom('a', 'b');
    const item = fc.record({
      type: fc.constantFrom('agentMessage', 'commandExecution', 'reasoning', 'x'),
      id,
    });
    const params = fc.record(
      {
        threadId: fc.constant('thread'),
        turnId: fc.oneof(id, fc.jsonValue()),
        turn: fc.oneof(fc.record({ id, status: fc.jsonValue(), items: fc.jsonValue() }), fc.jsonValue()),
        item: fc.oneof(item, fc.jsonValue()),
        itemId: fc.oneof(id, fc.jsonValue()),
        delta: fc.oneof(fc.string(), fc.jsonValue()),
        summaryIndex: fc.jsonValue(),
        plan: fc.jsonValue(),
        diff: fc.jsonValue(),
        error: fc.jsonValue(),
        goal: fc.jsonValue(),
        tokenUsage: fc.jsonValue(),
      },
      { requiredKeys: ['threadId'] },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...methods), params)), (told) => {
        const live = new LiveTurn('thread', 'x');
        for (const [method, value] of told) live.heard(method, value);
        live.end('interrupted', undefined);
        assert.ok((live.current?.items ?? []).every(({ status }) => status !== 'running'));
      }),
    );
  });
});
