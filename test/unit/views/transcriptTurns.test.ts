import assert from 'node:assert/strict';
import { MAX_SHOWN_OUTPUT } from '../../../src/transcript/messages';
import type { ToPage } from '../../../src/transcript/messages';
import type { HistoryChange } from '../../../src/threads/history/threadHistory';
import { TranscriptTurns } from '../../../src/views/transcriptTurns';
import { command, message, ScriptedHistory, turn } from './sampleTurns';

const nothing: HistoryChange = { isReset: false, turns: [], items: [], deltas: [] };

describe('what a history comes to for a page', () => {
  let history: ScriptedHistory;
  let turns: TranscriptTurns;
  beforeEach(() => {
    history = new ScriptedHistory();
    history.list = [turn('1', message('a', 'Hel'))];
    turns = new TranscriptTurns(history);
  });

  const delta = (turnId: string, itemId: string, text: string) =>
    ({ turnId, itemId, field: 'text', delta: text }) as const;
  /** One line a message: "turns 1[a:Hello]", "deltas 1/a:lo". */
  const lines = (messages: readonly ToPage[]): string[] => messages.map(lineOf);

  it('is at first everything', () => {
    assert.deepEqual(lines(turns.begin()), ['reset 1[a:Hel]']);
    const [reset] = turns.begin();
    assert.ok(reset?.type === 'reset' && !('diff' in (reset.turns[0] ?? {})), 'without the whole diff');
  });

  it('is a delta for a text that grows, but the whole item where the page may have that delta already', () => {
    history.list = [turn('1', message('a', 'Hello'))];
    turns.begin();
    // Written before the page got everything, and told only now.
    assert.deepEqual(lines(turns.changed({ ...nothing, deltas: [delta('1', 'a', 'lo')] })), [
      'items 1/a:Hello',
    ]);
    history.list = [turn('1', message('a', 'Hello you'))];
    assert.deepEqual(lines(turns.changed({ ...nothing, deltas: [delta('1', 'a', ' you')] })), [
      'deltas 1/a: you',
    ]);
  });

  it('has no text twice when an item, or its turn, comes whole', () => {
    turns.begin();
    turns.changed(nothing);
    history.list = [turn('1', message('a', 'Hello'), message('b', 'x')), turn('2', message('c', 'y'))];
    const change: HistoryChange = {
      isReset: false,
      turns: ['2'],
      items: [
        { turnId: '1', itemId: 'b' },
        { turnId: '2', itemId: 'c' },
      ],
      deltas: [delta('1', 'a', 'lo'), delta('1', 'b', 'x'), delta('2', 'c', 'y')],
    };
    assert.deepEqual(lines(turns.changed(change)), ['turns 2[c:y]', 'items 1/b:x', 'deltas 1/a:lo']);
  });

  it('leaves the page where it is when older turns are put in front', () => {
    const [one] = history.list;
    assert.ok(one);
    turns.begin();
    history.list = [turn('0', message('z', 'old')), one];
    history.hasOlderTurns = true;
    assert.deepEqual(lines(turns.changed({ ...nothing, isReset: true })), ['older 0[z:old] (more)']);
    assert.deepEqual(lines(turns.changed({ ...nothing, isReset: true })), [], 'and says it once');
  });

  it('answers also when there is nothing older', () => {
    turns.begin();
    assert.deepEqual(lines(turns.older()), ['older ']);
  });

  it('says nothing of a turn that the page has as it is', () => {
    turns.begin();
    assert.deepEqual(lines(turns.changed({ ...nothing, turns: ['1'] })), []);
    history.list = [turn('1', message('a', 'Hello'))];
    assert.deepEqual(lines(turns.changed({ ...nothing, turns: ['1'] })), ['turns 1[a:Hello]']);
  });

  it('adds turns that came behind', () => {
    turns.begin();
    history.list = [...history.list, turn('2', message('b', 'x'))];
    assert.deepEqual(lines(turns.changed({ ...nothing, isReset: true })), ['turns 2[b:x]']);
  });

  it('is everything anew when turns went, came in between, or are others', () => {
    for (const list of [[], [turn('2')], [turn('1'), turn('x'), turn('2')], [turn('x')]]) {
      history.list = [turn('1'), turn('2')];
      turns.begin();
      history.list = list;
      assert.match(lines(turns.changed({ ...nothing, isReset: true })).join('|'), /^reset [^|]*$/);
    }
  });

  it('has the end of a long output, and all of it from when the page has asked for it', () => {
    const output = `begin${'.'.repeat(MAX_SHOWN_OUTPUT)}end`;
    history.list = [turn('1', command('a', output), command('b', 'short'))];
    const [reset] = turns.begin();
    assert.ok(reset?.type === 'reset');
    const [cut, short] = reset.turns[0]?.items ?? [];
    assert.ok(cut?.kind === 'command' && short?.kind === 'command');
    assert.equal(cut.output.length, MAX_SHOWN_OUTPUT);
    assert.ok(cut.output.endsWith('end') && cut.outputLength === output.length);
    assert.deepEqual(short, command('b', 'short'));

    const place = { turnId: '1', itemId: 'a' };
    assert.deepEqual(turns.wholeOutput(place), [{ type: 'output', ...place, output }]);
    assert.deepEqual(turns.changed({ ...nothing, items: [place] }), [
      { type: 'items', items: [{ turnId: '1', item: command('a', output) }] },
    ]);
    assert.deepEqual(turns.wholeOutput({ turnId: '1', itemId: 'nowhere' }), []);
    assert.deepEqual(turns.wholeOutput({ turnId: 'nowhere', itemId: 'a' }), []);
  });

  it('has little of the outputs at a brief begin, and all that it would have had afterwards', () => {
    const output = `begin${'.'.repeat(5_000)}end`;
    history.list = [turn('1', command('a', output), command('b', 'short'))];
    const [reset] = turns.beginBriefly();
    assert.ok(reset?.type === 'reset');
    const [cut, short] = reset.turns[0]?.items ?? [];
    assert.ok(cut?.kind === 'command' && cut.output.length < 2_000 && cut.outputLength === output.length);
    assert.ok(cut.output.endsWith('end'));
    assert.deepEqual(short, command('b', 'short'));
    assert.deepEqual(turns.outputs(), [
      { type: 'items', items: [{ turnId: '1', item: command('a', output) }] },
    ]);
    history.list = [turn('1', command('b', 'short'))];
    turns.beginBriefly();
    assert.deepEqual(turns.outputs(), []);
  });

  it('says how much a turn changed', () => {
    const edit = { path: '/w/a', kind: 'update', diff: '@@ -1,2 +1,3 @@\n one\n-two\n+2\n+3' } as const;
    history.list = [turn('1', { id: 'f', kind: 'fileChange', status: 'completed', changes: [edit] })];
    const [reset] = turns.begin();
    assert.ok(reset?.type === 'reset');
    assert.deepEqual(reset.turns[0]?.totals, { files: 1, added: 2, removed: 1 });
  });
});

function lineOf(each: ToPage): string {
  switch (each.type) {
    case 'reset':
    case 'older':
    case 'turns': {
      const texts = each.turns.map(({ id, items }) => `${id}[${items.map((i) => textOf(i)).join()}]`);
      return `${each.type} ${texts.join(' ')}${'hasOlder' in each && each.hasOlder ? ' (more)' : ''}`;
    }
    case 'items':
      return `items ${each.items.map(({ turnId, item }) => `${turnId}/${textOf(item)}`).join(' ')}`;
    case 'deltas':
      return `deltas ${each.deltas.map((one) => `${one.turnId}/${one.itemId}:${one.delta}`).join(' ')}`;
    default:
      return each.type;
  }
}

function textOf(item: { id: string; kind: string; text?: string }): string {
  return `${item.id}:${item.text ?? item.kind}`;
}
