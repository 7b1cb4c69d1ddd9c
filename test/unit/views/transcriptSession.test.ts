import assert from 'node:assert/strict';
import { UserError } from '../../../src/base/userError';
import type { ThreadGoal } from '../../../src/threads/history/threadGoal';
import type { Thread } from '../../../src/threads/thread';
import { ThreadStore } from '../../../src/threads/threadStore';
import type { ToPage } from '../../../src/transcript/messages';
import { TranscriptSession } from '../../../src/views/transcriptSession';
import { sampleThread } from '../../support/sampleThread';
import { message, ScriptedHistory, turn } from './sampleTurns';

const thread = sampleThread({ id: 't-1', title: 'Fix the login', status: 'completed', cwd: '/w/api' });

describe('an open transcript', () => {
  let store: ThreadStore;
  let history: ScriptedHistory;
  let session: TranscriptSession;
  let posted: ToPage[];
  let done: string[];
  let titles: string[];
  let fillStore: () => void;
  let goal: ThreadGoal | undefined;
  let goalReads: number;
  let send: () => Promise<string | undefined>;

  beforeEach(() => {
    store = new ThreadStore();
    history = new ScriptedHistory();
    history.list = [turn('1', message('a', 'Hello'))];
    [posted, done, titles] = [[], [], []];
    [goal, goalReads] = [undefined, 0];
    send = () => Promise.resolve(undefined);
    const note =
      (name: string) =>
      (...args: unknown[]): Promise<void> => {
        done.push([name, ...args].join(' '));
        return Promise.resolve();
      };
    session = new TranscriptSession({
      ...{ threadId: 't-1', title: 'As it was called', threads: store },
      loaded: new Promise<void>((resolve) => {
        fillStore = () => {
          store.update([['t-1', thread]]);
          resolve();
        };
      }),
      histories: { open: () => history },
      goalOf: () => {
        goalReads += 1;
        return Promise.resolve(goal);
      },
      runs: { get: () => undefined },
      isTrusted: () => true,
      post: (each) => posted.push(each),
      onDidChangeTitle: (title) => titles.push(title),
      keep: note('keep'),
      actions: {
        send: (id, text) => {
          done.push(`send ${id} ${text}`);
          return send();
        },
        ...{ stop: note('stop'), answer: note('answer'), openLink: note('openLink'), copy: note('copy') },
        ...{ openFile: note('openFile'), openChanges: note('openChanges'), openLog: note('openLog') },
        report: (error) => done.push(`report ${String(error)}`),
      },
    });
  });
  afterEach(() => {
    session.dispose();
    store.dispose();
  });

  const types = (): string[] => posted.splice(0).map(({ type }) => type);
  const change = (): void =>
    history.change(
      history.list.map((each) => ({ ...each })),
      { turns: ['1'] },
    );
  const put = (fields: Partial<Thread>): void => store.update([['t-1', { ...thread, ...fields }]]);
  const open = async (): Promise<void> => {
    fillStore();
    await session.receive({ type: 'ready' });
    posted.length = 0;
  };

  it('says nothing before the page is ready and the threads are known, and then everything', async () => {
    change();
    const ready = session.receive({ type: 'ready' });
    change();
    put({ title: 'Fix it' });
    assert.deepEqual(types(), []);
    fillStore();
    await ready;
    assert.deepEqual(types(), ['thread', 'reset']);
    change();
    put({ title: 'Fix all of it' });
    assert.deepEqual(types(), ['turns', 'thread']);
    assert.deepEqual(titles.at(-1), 'Fix all of it');
  });

  it('sends everything while its page is being made, and again to one that has missed it', async () => {
    fillStore();
    session.expectPage();
    await new Promise(setImmediate);
    assert.deepEqual(history.loadedItems, ['1'], 'the steps of the newest turn');
    assert.deepEqual(types(), ['thread', 'reset']);
    change();
    assert.deepEqual(types(), ['turns']);
    await session.receive({ type: 'ready' });
    assert.deepEqual(types(), ['allSent']);
    await session.receive({ type: 'ready' });
    assert.deepEqual(types(), ['thread', 'reset']);
  });

  it('does not let a page wait for the steps of a turn', async () => {
    let read = (): void => assert.fail('nobody asked');
    history.onLoadItems = () => new Promise((resolve) => (read = resolve));
    session.expectPage();
    fillStore();
    await new Promise(setImmediate);
    assert.deepEqual(types(), ['thread']);
    await session.receive({ type: 'ready' });
    assert.deepEqual(types(), ['thread', 'reset']);
    read();
    await new Promise(setImmediate);
    assert.deepEqual(types(), []);
    session.hidden();
    await session.receive({ type: 'ready' });
    assert.deepEqual(types(), ['thread', 'reset']);
  });

  it('says nothing to a page that is hidden, and everything to the next one', async () => {
    await open();
    session.hidden();
    change();
    put({ title: 'Fix it' });
    assert.deepEqual(types(), []);
    await session.receive({ type: 'ready' });
    assert.deepEqual(types(), ['thread', 'reset']);
  });

  it('does not begin for a page that went away while its turns were read', async () => {
    fillStore();
    let loaded = (): void => assert.fail('nobody asked');
    history.onLoad = () => new Promise((resolve) => (loaded = resolve));
    const ready = session.receive({ type: 'ready' });
    await new Promise(setImmediate);
    assert.deepEqual(types(), ['thread']);
    session.hidden();
    loaded();
    await ready;
    assert.deepEqual(types(), []);
  });

  it('says on the page what cannot be read, until it can', async () => {
    fillStore();
    history.onLoad = () => Promise.reject(new UserError('Codex was not found.'));
    await session.receive({ type: 'ready' });
    assert.deepEqual(posted[1], { type: 'problem', message: 'Codex was not found.' });
    assert.deepEqual(types(), ['thread', 'problem', 'reset']);
    history.change([turn('1'), turn('2')], { isReset: true });
    assert.deepEqual(posted[0], { type: 'problem', message: undefined });
  });

  it('answers a wish for older turns also when they cannot be read, and reports what nobody expected', async () => {
    await open();
    history.onLoadOlder = () => Promise.reject(new UserError('No.'));
    await session.receive({ type: 'loadOlder' });
    assert.deepEqual(posted.splice(0), [{ type: 'problem', message: 'No.' }]);
    history.onLoadOlder = () => Promise.reject(new Error('a bug'));
    await session.receive({ type: 'loadOlder' });
    assert.deepEqual(types(), ['problem']);
    assert.deepEqual(done, ['report Error: a bug']);
    history.onLoadOlder = () => Promise.resolve();
    await session.receive({ type: 'loadOlder' });
    assert.deepEqual(types(), ['older', 'problem']);
  });

  it('lets the page stop again what did not stop', async () => {
    await open();
    await session.receive({ type: 'stop' });
    assert.deepEqual(types(), ['thread']);
  });

  it('keeps what it shows of a thread that is deleted, and says so', async () => {
    await open();
    store.update([['t-1', undefined]]);
    const [gone] = posted.splice(0);
    assert.ok(gone?.type === 'thread');
    assert.deepEqual([gone.thread.status, gone.thread.title], ['gone', 'Fix the login']);
    put({});
    assert.equal(posted[0]?.type === 'thread' && posted[0].thread.status, 'completed', 'restored');
  });

  it('is called as its tab was while nobody knows the thread', async () => {
    store.update([['t-1', undefined]]);
    const ready = session.receive({ type: 'ready' });
    fillStore();
    store.update([['t-1', undefined]]);
    await ready;
    assert.equal(posted[0]?.type === 'thread' && posted[0].thread.title, 'As it was called');
  });

  it('reads the steps of one turn after the other, while there is a page', async () => {
    await open();
    let read = (): void => assert.fail('nobody asked');
    history.onLoadItems = () => new Promise((resolve) => (read = resolve));
    const asked = ['1', '2', '3'].map((turnId) => session.receive({ type: 'loadItems', turnId }));
    await new Promise(setImmediate);
    assert.deepEqual(history.loadedItems, ['1']);
    read();
    await asked[0];
    await new Promise(setImmediate);
    assert.deepEqual(history.loadedItems, ['1', '2']);
    session.hidden();
    read();
    await Promise.all(asked);
    assert.deepEqual(history.loadedItems, ['1', '2']);
  });

  it('says what the thread is to reach, as its turns have it', async () => {
    const goals = (): (string | undefined)[] =>
      posted.splice(0).flatMap((each) => (each.type === 'thread' ? [each.thread.goal] : []));
    goal = { objective: 'All green', status: 'active', tokenBudget: undefined, tokensUsed: 1 };
    fillStore();
    await session.receive({ type: 'ready' });
    await new Promise(setImmediate);
    assert.deepEqual(goals(), [undefined, 'All green']);
    goal = { ...goal, status: 'paused' };
    put({ status: 'running' });
    await new Promise(setImmediate);
    assert.deepEqual(goals(), ['All green', 'All green (paused)']);
    for (const status of ['needsYou', 'running', 'stopping'] as const) put({ status });
    assert.equal(goalReads, 2, 'not for each status');
    goals();
    goal = { ...goal, status: 'active' };
    put({ status: 'stopping', goal });
    await new Promise(setImmediate);
    assert.deepEqual(goals(), ['All green (paused)', 'All green']);
    goal = { ...goal, status: 'complete' };
    put({ status: 'completed' });
    await new Promise(setImmediate);
    assert.deepEqual(goals(), ['All green', undefined]);
  });

  it('hands over what was typed, and says whether it was taken', async () => {
    await open();
    await session.receive({ type: 'send', text: 'Go on' });
    send = () => Promise.resolve('Say what Codex should do.');
    await session.receive({ type: 'send', text: ' ' });
    send = () => Promise.reject(new UserError('Codex was not found.'));
    await session.receive({ type: 'send', text: 'Go on' });
    assert.deepEqual(posted, [
      { type: 'sent', text: 'Go on', error: undefined },
      { type: 'sent', text: ' ', error: 'Say what Codex should do.' },
      { type: 'sent', text: 'Go on', error: 'Codex was not found.' },
    ]);
    assert.equal(done.at(-1), 'report UserError: Codex was not found.');
  });

  it('hands over one text at a time', async () => {
    await open();
    let taken = (): void => assert.fail('not sent');
    send = () => new Promise((resolve) => (taken = () => resolve(undefined)));
    const first = session.receive({ type: 'send', text: 'one' });
    await session.receive({ type: 'send', text: 'two' });
    const [refused] = posted.splice(0);
    assert.ok(refused?.type === 'sent' && refused.text === 'two');
    assert.match(refused.error ?? '', /^Not sent: the prompt before this one /);
    taken();
    await first;
    assert.deepEqual(done, ['keep', 'keep', 'send t-1 one']);
    assert.deepEqual(posted, [{ type: 'sent', text: 'one', error: undefined }]);
  });

  it('gives a text that was not taken to the next page, once, where its own is hidden', async () => {
    await open();
    let answer: (error: string | undefined) => void = () => assert.fail('not sent');
    send = () => new Promise((resolve) => (answer = resolve));
    for (const error of [undefined, 'Not sent: in use.']) {
      const sent = session.receive({ type: 'send', text: 'Go on' });
      await new Promise(setImmediate);
      session.hidden();
      answer(error);
      await sent;
      assert.deepEqual(types(), []);
      await session.receive({ type: 'ready' });
      const told = posted.splice(0).filter(({ type }) => type === 'sent');
      assert.deepEqual(told, error === undefined ? [] : [{ type: 'sent', text: 'Go on', error }]);
    }
    session.hidden();
    await session.receive({ type: 'ready' });
    assert.deepEqual(types(), ['thread', 'reset']);
  });

  it('takes only the answers that it has offered, to the question that it shows', async () => {
    await open();
    const asked = { id: 'q', kind: 'command', summary: 'wants to run ls', reason: undefined } as const;
    put({ status: 'needsYou', owner: 'thisWindow', pendingApproval: { ...asked, decisions: ['accept'] } });
    const answer = (approvalId: string, decision: string): Promise<void> =>
      session.receive({ type: 'answer', approvalId, decision });
    await answer('p', 'accept');
    await answer('q', 'acceptForSession');
    assert.deepEqual(done, []);
    await answer('q', 'accept');
    assert.deepEqual(done, ['answer t-1 q accept']);
    await answer('q', 'answer');
    assert.equal(done.length, 1, 'nothing is to be filled in');
    const form = { fields: [] };
    put({
      status: 'needsYou',
      owner: 'thisWindow',
      pendingApproval: { ...asked, form, decisions: ['decline'] },
    });
    await answer('q', 'accept');
    await answer('q', 'answer');
    assert.deepEqual(done.slice(1), ['answer t-1 q answer']);
  });

  it('does what it is asked for its own thread, and nothing for what is no message', async () => {
    await open();
    for (const value of [
      { type: 'stop', threadId: 'other' },
      { type: 'openLog', id: 'other' },
      { type: 'openFile', path: 'a.ts', line: 3 },
      { type: 'openChanges', turnId: '1' },
      { type: 'copy', text: 'x' },
      { type: 'evil' },
      'stop',
    ]) {
      await session.receive(value);
    }
    assert.deepEqual(done, [
      'stop t-1',
      ...['keep', 'openLog t-1'],
      ...['keep', 'openFile a.ts 3 /w/api'],
      ...['keep', 'openChanges t-1 1 '],
      'copy x',
    ]);
  });

  it('follows nothing when it is closed', async () => {
    await open();
    session.dispose();
    put({ title: 'x' });
    assert.deepEqual(types(), []);
    assert.ok(history.isDisposed);
  });
});
