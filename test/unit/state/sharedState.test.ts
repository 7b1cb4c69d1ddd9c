import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { SharedState, ThreadOnDisk } from '../../../src/state/sharedState';
import {
  asText,
  entry,
  indexOf,
  longAgo,
  refusedWatch,
  running,
  SharedStateHome,
  shortId,
  threadId,
  until,
} from './sharedStateHome';

const workspace = 'workspaces/repo-0123456789abcdef';

function only(state: SharedState, n: number): ThreadOnDisk {
  const [place, ...others] = state.threadsOnDisk(threadId(n));
  assert(place !== undefined && others.length === 0);
  return place;
}

describe('the model of the shared folder', () => {
  let home: SharedStateHome;
  beforeEach(async () => (home = await SharedStateHome.create()));
  afterEach(async () => home.dispose());

  it('holds the threads of both layouts after the first read', async () => {
    await home.given('threads.json', indexOf(entry(1), entry(2)));
    await home.given(`${workspace}/threads.json`, indexOf(entry(2, { model: 'other' }), entry(3)));
    const state = await home.start();
    assert.deepEqual([...state.threadIds()].sort(), [1, 2, 3].map(threadId));
    assert.deepEqual(
      state
        .threadsOnDisk(threadId(2))
        .map(({ folder }) => folder.layout)
        .sort(),
      ['global', 'workspace'],
    );
  });

  it('fires exactly the thread that another process changed', async () => {
    await home.given('threads.json', indexOf(entry(1), entry(2)));
    const state = await home.start();
    await home.replace('threads.json', indexOf(entry(1), entry(2, { lastStatus: 'failed' })));
    await until('the event', () => home.events.length > 0);
    assert.deepEqual(home.events, [[threadId(2)]]);
    assert.equal(only(state, 2).entry.lastStatus, 'failed');
  });

  it('fires one id when one of 2,000 entries changes', async () => {
    const entries = Array.from({ length: 2000 }, (_, n) => entry(n));
    await home.given('threads.json', indexOf(...entries));
    await home.start();
    entries[1234] = entry(1234, { unknownField: { deep: [1] } });
    await home.replace('threads.json', indexOf(...entries));
    await until('the event', () => home.events.length > 0);
    assert.deepEqual(home.events, [[threadId(1234)]]);
  });

  it('fires a thread that was added and one that was deleted', async () => {
    await home.given('threads.json', indexOf(entry(1), entry(2)));
    const state = await home.start();
    await home.replace('threads.json', indexOf(entry(1), entry(3)));
    await until('the event', () => home.events.length > 0);
    assert.deepEqual(home.events, [[threadId(2), threadId(3)]]);
    assert.deepEqual(state.threadsOnDisk(threadId(2)), []);
  });

  it('misses nothing when an index is written twice in a row', async () => {
    await home.given('threads.json', indexOf(entry(1)));
    const state = await home.start({ sweepMs: 60_000 });
    for (let round = 0; round < 20; round++) {
      const texts = ['a', 'b'].map((model) => indexOf(entry(1, { model: `${model}${round}` })));
      await home.outside('replaceTwice', {
        path: state.threadsOnDisk(threadId(1))[0]?.folder.indexFile,
        texts,
      });
      await until(`b${round}`, () => only(state, 1).entry.model === `b${round}`, 2000);
    }
  });

  it('shows a kill signal that appears for a running thread, and its end', async () => {
    await home.given(`${workspace}/threads.json`, indexOf(running(1)));
    await home.given(`${workspace}/kill-signals/keep`, '');
    const state = await home.start();
    const path = join(home.root.path, workspace, 'kill-signals', threadId(1));
    await home.outside('write', { path, text: '4711' });
    await until('the signal', () => only(state, 1).killSignal?.content === '4711');
    assert(home.events.every((ids) => ids.join() === threadId(1)));
    await home.outside('remove', { path });
    await until('its end', () => only(state, 1).killSignal === undefined);
  });

  it('keeps the last good entries of a corrupt index, says so, and recovers by itself', async () => {
    await home.given('threads.json', indexOf(entry(1)));
    const state = await home.start();
    let problemEvents = 0;
    state.onDidChangeProblems(() => problemEvents++);
    await home.replace('threads.json', '{"broken');
    await until('the problem', () => state.problems.length === 1);
    assert.equal(state.problems[0]?.file, join(home.root.path, 'threads.json'));
    assert.match(
      state.problems[0].message,
      /could not be read \(.*\)\. It is left as it is; its threads are/,
    );
    assert.equal(only(state, 1).entry.lastStatus, 'completed');
    await home.replace('threads.json', indexOf(entry(1, { lastStatus: 'failed' })));
    await until('the recovery', () => state.problems.length === 0);
    assert.equal(only(state, 1).entry.lastStatus, 'failed');
    assert.equal(problemEvents, 2);
  });

  it('takes what it can of an index with hostile keys and values, and touches no other path', async () => {
    const hostile = `{"__proto__": {"threadId": "${threadId(8)}", "lastStatus": "running"},
      "../../evil": {"threadId": "${threadId(9)}", "lastStatus": "running"}, "constructor": {"threadId": "x"},
      "null": null, "text": "text", "00000001": ${JSON.stringify(running(1))},
      "00000002": {"threadId": "../../etc/passwd", "lastStatus": "running"}, "con": {"threadId": 5}}`;
    await home.given('threads.json', hostile);
    await home.given('kill-signals/.hidden', '');
    await home.given(`${workspace}/runs/null.json`, 'null');
    await home.given(`${workspace}/runs/run-a.json`, '{"runId":"../x","threadId":[],"shortId":{}}');
    await home.given('workspaces/../evil-not-a-key/threads.json', indexOf(entry(5)));
    const state = await home.start();
    assert.deepEqual(asText(state), [`global 00000001 ${threadId(1)} running alive`]);
    assert.deepEqual(state.problems, []);
  });

  it('fires nothing after dispose, and lets the process end', async () => {
    await home.given('threads.json', indexOf(entry(1)));
    const program = join(import.meta.dirname, 'sharedStateProgram.ts');
    const child = fork(program, [home.root.path], { execArgv: ['--import', 'tsx'] });
    const [firstMessage] = (await once(child, 'message')) as [unknown];
    assert.equal(firstMessage, 'disposed');
    const exit = once(child, 'exit');
    await home.replace('threads.json', indexOf(entry(1, { lastStatus: 'failed' })));
    child.disconnect();
    assert.deepEqual(await exit, [0, null]);
  });

  describe('of threads whose entry says running', () => {
    it('repairs one whose owner died, on disk and in the model, and touches nothing else', async () => {
      const other = running(2, { note: { kept: true } });
      await home.given('threads.json', indexOf(running(1, { extra: 'kept' }), other));
      await home.given(`pids/${shortId(1)}`, String(home.outsiderPid));
      await home.given(`pids/${shortId(2)}`, String(process.pid));
      await home.given(`kill-signals/${threadId(1)}`, '');
      const state = await home.start();
      assert.equal(only(state, 1).owner?.kind, 'alive');
      await home.replace('threads.json', indexOf(running(1, { extra: 'kept' }), other, entry(3)));
      await until('the watch to work', () => home.events.length > 0);
      await state.refresh();
      await home.killOutsider();
      await until('the repair', () => only(state, 1).entry.lastStatus === 'interrupted', 5000);
      const index = (await home.readJson('threads.json')) as Record<string, Record<string, unknown>>;
      const { updatedAt, ...rest } = index[shortId(1)] ?? {};
      assert(Math.abs(Date.now() - Date.parse(String(updatedAt))) < 5000);
      assert.deepEqual(
        { ...rest, updatedAt: longAgo },
        entry(1, {
          lastStatus: 'interrupted',
          extra: 'kept',
          codexCollabVscode: { at: updatedAt, reason: 'owner died' },
        }),
      );
      assert.equal(only(state, 1).entry.note.reason, 'owner died');
      assert.deepEqual(index[shortId(2)], other);
      await until('the pid file to go', async () => !(await exists(home, `pids/${shortId(1)}`)));
      assert(await exists(home, `kill-signals/${threadId(1)}`));
      assert(await exists(home, `pids/${shortId(2)}`));
    });

    it('leaves one alone whose owner lives, and one without a pid file', async () => {
      await home.given('threads.json', indexOf(running(1), running(2)));
      await home.given(`pids/${shortId(1)}`, String(home.outsiderPid));
      // Without watches every change that is seen proves that a sweep came by.
      const state = await home.start({ sweepMs: 20, openWatch: refusedWatch });
      let text = '';
      for (const model of ['a', 'b', 'c']) {
        text = indexOf(running(1), running(2), entry(3, { model }));
        await home.replace('threads.json', text);
        await until(model, () => state.threadsOnDisk(threadId(3))[0]?.entry.model === model);
      }
      assert.deepEqual(only(state, 1).owner, { kind: 'alive', pid: home.outsiderPid });
      assert.deepEqual(only(state, 2).owner, { kind: 'alive' });
      assert.equal(JSON.stringify(await home.readJson('threads.json'), null, 2), text);
    });

    it('never repairs a thread of our own runs', async () => {
      await home.given('threads.json', indexOf(running(1), running(2)));
      await home.given(`pids/${shortId(1)}`, String(home.outsiderPid));
      await home.given(`pids/${shortId(2)}`, '2147483646');
      const owned = new Set([home.outsiderPid]);
      await home.killOutsider();
      const state = await home.start({ sweepMs: 20, ownedPids: () => owned });
      assert.equal(only(state, 1).owner?.kind, 'dead');
      await until('the repair of the other', () => only(state, 2).entry.lastStatus === 'interrupted');
      assert.equal(only(state, 1).entry.lastStatus, 'running');
      assert(await exists(home, `pids/${shortId(1)}`));
    });

    it("does not take a new run for dead because an older run's pid file is still there", async () => {
      await home.given('threads.json', indexOf(entry(1)));
      await home.given(`pids/${shortId(1)}`, '999999999');
      const state = await home.start({ sweepMs: 20 });
      const now = new Date().toISOString();
      await home.replace('threads.json', indexOf(running(1, { updatedAt: now })));
      await until('running', () => only(state, 1).entry.lastStatus === 'running');
      await home.outside('write', {
        path: join(home.root.path, 'pids', shortId(1)),
        text: String(home.outsiderPid),
      });
      await until('its owner', () => {
        const { owner } = only(state, 1);
        assert.notEqual(owner?.kind, 'dead');
        return owner?.kind === 'alive' && owner.pid === home.outsiderPid;
      });
    });
  });

  describe('of run records', () => {
    const record = (n: number, run: string, fields: object = {}): string =>
      JSON.stringify({
        ...{ runId: run, threadId: threadId(n), shortId: shortId(n), status: 'running', phase: 'starting' },
        ...{ startedAt: longAgo, prompt: `first line\n${'long '.repeat(1000)}`, output: 'x'.repeat(9999) },
        ...{ filesChanged: [], pendingApproval: null, logFile: `logs/${shortId(n)}/${run}.log`, ...fields },
      });

    it('knows the latest run of a running thread, follows it, and keeps no long texts', async () => {
      await home.given(`${workspace}/threads.json`, indexOf(running(1), entry(2)));
      await home.given(`${workspace}/runs/run-a.json`, record(1, 'run-a', { status: 'completed' }));
      await home.given(`${workspace}/runs/run-b.json`, record(1, 'run-b'));
      await home.given(`${workspace}/runs/run-c.json`, record(2, 'run-c'));
      const state = await home.start();
      assert.equal(only(state, 1).latestRun?.runId, 'run-b');
      assert.equal(only(state, 2).latestRun, undefined);
      assert.equal(only(state, 1).latestRun?.prompt, 'first line');
      assert(JSON.stringify(only(state, 1).latestRun).length < 600);
      const pendingApproval = { id: 'call_1', kind: 'commandExecution', summary: 'touch x' };
      await home.replace(
        `${workspace}/runs/run-b.json`,
        record(1, 'run-b', { phase: 'running', pendingApproval }),
      );
      await until('the approval', () => only(state, 1).latestRun?.pendingApproval?.id === 'call_1');
      assert.deepEqual(home.events, [[threadId(1)]]);
      await home.replace(`${workspace}/runs/run-d.json`, record(1, 'run-d'));
      await until('the next run', () => only(state, 1).latestRun?.runId === 'run-d');
      await home.outside('remove', { path: join(home.root.path, workspace, 'runs/run-d.json') });
      await until('the run before', () => only(state, 1).latestRun?.runId === 'run-b');
    });

    it('reads the latest run of another thread when it is asked for', async () => {
      await home.given(`${workspace}/threads.json`, indexOf(entry(1), entry(2)));
      await home.given('threads.json', indexOf(entry(1)));
      for (let n = 10; n < 60; n++) {
        await home.given(`${workspace}/runs/run-${n}.json`, record(n === 20 || n === 12 ? 1 : 9, `run-${n}`));
      }
      const state = await home.start();
      assert.equal((await state.loadLatestRun(threadId(1)))?.runId, 'run-20');
      assert.equal(await state.loadLatestRun(threadId(2)), undefined);
      assert.equal(await state.loadLatestRun('nobody'), undefined);
      const runs = state.threadsOnDisk(threadId(1)).map(({ latestRun }) => latestRun?.runId);
      assert.deepEqual(runs.sort(), ['run-20', undefined]);
    });
  });
});

async function exists(home: SharedStateHome, path: string): Promise<boolean> {
  return await access(join(home.root.path, path)).then(
    () => true,
    () => false,
  );
}
