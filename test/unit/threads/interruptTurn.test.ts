import assert from 'node:assert/strict';
import type { AppServer, ServerNotification } from '../../../src/appServer/appServer';
import { silentLog } from '../../../src/base/log';
import { interruptTurn, pauseGoal } from '../../../src/threads/interruptTurn';
import type { TurnRun } from '../../../src/threads/turnRun';
import { eventually } from '../../support/eventually';
import { TaskBench } from '../../support/taskBench';

type Server = Parameters<typeof pauseGoal>[0];
type Answer = (params: unknown) => unknown;

/** A codex that answers these methods and refuses all others, and what it was asked. */
function scriptedServer(answers: Record<string, Answer>): { server: Server; asked: string[] } {
  const asked: string[] = [];
  const request = (method: string, params: unknown): Promise<unknown> => {
    const { status, turnId } = params as { status?: string; turnId?: string };
    asked.push([method, status ?? turnId].filter(Boolean).join(' '));
    const answer = answers[method] ?? (() => Promise.reject(new Error(`unknown variant \`${method}\``)));
    return Promise.resolve(answer(params));
  };
  return { server: { request } as unknown as Server, asked };
}

describe('a goal, when its turn is to end', () => {
  const goalOf = (status: string): Record<string, Answer> => ({
    'thread/goal/get': () => ({ goal: { status } }),
    'thread/goal/set': () => ({}),
  });

  it('is paused when it is active, and left alone when it is not, or there is none', async () => {
    for (const [answers, expected] of [
      [goalOf('active'), ['thread/goal/get', 'thread/goal/set paused']],
      [goalOf('complete'), ['thread/goal/get']],
      [{ 'thread/goal/get': () => ({ goal: null }) }, ['thread/goal/get']],
    ] as const) {
      const { server, asked } = scriptedServer(answers);
      await pauseGoal(server, 'thread', silentLog);
      assert.deepEqual(asked, expected);
    }
  });

  it('is paused also when it cannot be told whether there is one', async () => {
    const { server, asked } = scriptedServer({ 'thread/goal/set': () => ({}) });
    await pauseGoal(server, 'thread', silentLog);
    assert.deepEqual(asked, ['thread/goal/get', 'thread/goal/set paused']);
  });

  it('keeps nobody from the interrupt with a codex that knows no goals', async () => {
    const { server, asked } = scriptedServer({ 'turn/interrupt': () => ({}) });
    await pauseGoal(server, 'thread', silentLog);
    await interruptTurn(server, 'thread', () => 'turn', new AbortController().signal, silentLog);
    assert.deepEqual(asked, ['thread/goal/get', 'thread/goal/set paused', 'turn/interrupt turn']);
  });
});

describe('the interrupt of a turn', () => {
  it('waits for the turn to begin, and is asked again when codex refuses it', async () => {
    let looks = 0;
    let refusals = 2;
    const { server, asked } = scriptedServer({
      'turn/interrupt': () => (refusals-- > 0 ? Promise.reject(new Error('no active turn')) : {}),
    });
    const turnId = (): string | undefined => (++looks < 3 ? undefined : `turn-${looks}`);
    await interruptTurn(server, 'thread', turnId, new AbortController().signal, silentLog);
    assert.deepEqual(asked, ['turn/interrupt turn-3', 'turn/interrupt turn-4', 'turn/interrupt turn-5']);
  });

  it('is given up once the turn is over', async () => {
    const over = new AbortController();
    const { server, asked } = scriptedServer({
      'turn/interrupt': () => {
        over.abort();
        throw new Error('no active turn');
      },
    });
    await interruptTurn(server, 'thread', () => 'turn', over.signal, silentLog);
    assert.deepEqual(asked, ['turn/interrupt turn']);
  });
});

describe('an active goal on the real codex', () => {
  let bench: TaskBench;
  let server: AppServer;
  let requests: string[];
  /** The ids of the turns that codex has begun, and of those that are over. */
  let turns: string[];
  let completed: string[];

  beforeEach(async () => {
    bench = await TaskBench.open();
    [requests, turns, completed] = [[], [], []];
    const { launcher } = bench;
    const launch = launcher.start.bind(launcher);
    launcher.start = async (...args) => {
      server = overheard(await launch(...args));
      return server;
    };
  });
  afterEach(async () => {
    await server.stop();
    await bench.close();
  });

  const overheard = (started: AppServer): AppServer => {
    const request = started.request.bind(started);
    started.request = (method, ...rest) => {
      requests.push(method);
      return request(method, ...rest);
    };
    started.onNotification(({ method, params }: ServerNotification) => {
      if (method === 'turn/started') turns.push(params.turn.id);
      if (method === 'turn/completed') completed.push(params.turn.id);
    });
    return started;
  };
  const start = (threadId: string, text: string): Promise<unknown> =>
    server.request('turn/start', { threadId, input: [{ type: 'text', text, text_elements: [] }] });
  const begun = (count: number): Promise<unknown> =>
    eventually(
      () => turns.length,
      (found) => assert.equal(found, count),
    );
  /** A turn of ours, whose thread is given a goal while it runs. */
  const runWithGoal = async (): Promise<TurnRun> => {
    const run = await bench.run('stream:60');
    await begun(1);
    const { threadId } = run;
    await server.request('thread/goal/set', { threadId, objective: 'All green', status: 'active' });
    requests.length = 0;
    return run;
  };
  /** Opens the thread in an app-server of its own. */
  const reopen = async (threadId: string): Promise<void> => {
    server = await bench.launcher.start(bench.folder);
    await server.request('thread/resume', { threadId });
  };

  it('that was not paused makes codex go on by itself as soon as somebody opens the thread', async () => {
    const run = await runWithGoal();
    await interruptTurn(server, run.threadId, () => turns[0], new AbortController().signal, silentLog);
    await run.ended;
    await reopen(run.threadId);
    await begun(2);
  });

  it('is paused by a kill before the interrupt, and no turn begins that nobody has asked for', async () => {
    const run = await runWithGoal();
    assert.equal(await bench.killer.kill(run.threadId), 'stopped');
    assert.equal(run.outcome?.status, 'interrupted');
    assert.deepEqual(requests, ['thread/goal/get', 'thread/goal/set', 'turn/interrupt']);
    await reopen(run.threadId);
    const { goal } = await server.request('thread/goal/get', { threadId: run.threadId });
    assert.equal(goal?.status, 'paused');
    // Each would come behind what codex begins by itself.
    for (const count of [2, 3]) {
      await start(run.threadId, 'say:done');
      await eventually(
        () => completed.length,
        (found) => assert.equal(found, count),
      );
    }
    assert.equal(turns.length, 3);
  });
});
