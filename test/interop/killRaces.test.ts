import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeKillSignal } from '../../src/state/killSignals';
import { isProcessAlive } from '../../src/state/processes';
import type { StateFolder } from '../../src/state/stateFolder';
import type { TurnRun } from '../../src/threads/turnRun';
import { nativeCodex } from '../support/nativeCodex';
import { projectRoot } from '../support/paths';
import { waitUntil } from '../support/processes';
import { TaskBench, type TaskBenchOptions } from '../support/taskBench';
import { createTemporaryFolder } from '../support/temporaryFolder';
import { EditorWindow, rowBecomes, rowText } from './editorWindow';
import { Outside } from './outside';
import { givenIndex, leftovers, records, statuses, threadIdOf } from './stateFiles';

type Layout = 'global' | 'workspace';
const layouts = ['global', 'workspace'] as const;

let bench: TaskBench;
let outside: Outside;
/** Where runs are entered, and where they are not. */
let folder: StateFolder;
let elsewhere: StateFolder;
const others: EditorWindow[] = [];

async function open(stateLayout: Layout, options: TaskBenchOptions = {}): Promise<void> {
  bench = await TaskBench.open({ stateLayout, ...options });
  outside = new Outside(bench.folder, bench.home.env);
  folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
  elsewhere = await bench.root.folderForNewRun(
    bench.folder,
    stateLayout === 'global' ? 'workspace' : 'global',
  );
}

async function close(): Promise<void> {
  for (const other of others.splice(0)) await other.dispose();
  await outside.dispose();
  await bench.close();
}

async function openOther(): Promise<EditorWindow> {
  const other = await EditorWindow.open(bench.home.stateRoot);
  others.push(other);
  return other;
}

/** A run that has begun to answer. */
async function answering(prompt: string): Promise<TurnRun> {
  const run = await bench.run(prompt);
  await waitUntil(() => run.unfinishedText.includes('tick'), { timeoutMs: 15_000, what: 'some text' });
  return run;
}

/** The signal as if it had been written so many seconds ago. */
async function givenSignal(
  where: StateFolder,
  threadId: string,
  content: string,
  secondsAgo: number,
): Promise<void> {
  await mkdir(where.killSignalsDir, { recursive: true });
  await writeFile(where.killSignalFile(threadId), content);
  const at = new Date(Date.now() - secondsAgo * 1000);
  await utimes(where.killSignalFile(threadId), at, at);
}

async function assertKilled(run: TurnRun): Promise<void> {
  const { status, reason } = await run.ended;
  assert.deepEqual([status, reason], ['interrupted', 'killed']);
  assert.deepEqual(await statuses(folder), { [run.shortId]: 'interrupted' });
  for (const { status: recorded, error } of await records(folder)) {
    assert.deepEqual([recorded, error], ['interrupted', 'Thread killed by user']);
  }
  assert.deepEqual([await leftovers(folder), await leftovers(elsewhere)], [[], []]);
  assert.equal(isProcessAlive(run.pid), false);
  await rowBecomes(bench.store, run.threadId, 'interrupted, nobody');
}

describe('a kill signal that comes before codex', () => {
  afterEach(close);

  for (const [held, what] of [
    ['answer', 'has answered turn/start'],
    ['request', 'has taken turn/start, which it never does,'],
  ] as const) {
    it(`${what} ends the run all the same`, async () => {
      const temporary = await createTemporaryFolder('slow-codex-');
      const codexPath = join(temporary.path, 'codex');
      const program = join(projectRoot, 'test', 'support', 'fakes', 'slowCodex.mjs');
      const command = [process.execPath, program, held, await nativeCodex()].map((part) => `'${part}'`);
      await writeFile(codexPath, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
      await chmod(codexPath, 0o755);
      await open('workspace', { codexPath });
      const run = await bench.run('stream:60');
      await writeKillSignal(folder, run.threadId, String(run.pid));
      await assertKilled(run);
      await temporary.remove();
    });
  }
});

for (const layout of layouts) {
  describe(`a kill signal that comes just after the end of a run (${layout})`, () => {
    let run: TurnRun;
    beforeEach(async () => {
      await open(layout);
      run = await bench.run('say:first');
      await run.ended;
    });
    afterEach(close);

    const next = async (): Promise<string> =>
      (await (await bench.resume(run.threadId, 'say:next')).ended).status;

    for (const where of ['its', 'the other'] as const) {
      it(`in ${where} folder changes nothing, and is gone with the next run, which it does not end`, async () => {
        const place = where === 'its' ? folder : elsewhere;
        for (const content of ['', '*', String(run.pid)]) {
          await givenSignal(place, run.threadId, content, 0);
          await bench.state.refresh();
          assert.equal(rowText(bench.store.get(run.threadId)), 'completed, nobody');
          await givenSignal(place, run.threadId, content, 3);
          assert.equal(await next(), 'completed');
          assert.deepEqual([await leftovers(folder), await leftovers(elsewhere)], [[], []]);
        }
      });

      it(`in ${where} folder ends a run that begins within a second`, async () => {
        const place = where === 'its' ? folder : elsewhere;
        await givenSignal(place, run.threadId, '', -5); // as new as it can be, however long the start takes
        assert.equal(await next(), 'interrupted');
        assert.deepEqual([await leftovers(folder), await leftovers(elsewhere)], [[], []]);
      });
    }
  });

  describe(`several kills of one run at once (${layout})`, () => {
    beforeEach(async () => {
      await open(layout);
      await openOther();
      await openOther();
    });
    afterEach(close);

    it('by a double click, two other windows and the CLI make one end', async () => {
      const run = await answering('stream:60');
      for (const { store } of others) await rowBecomes(store, run.threadId, 'running, anotherWindow');
      const program = layout === 'global' ? 'generationA.mjs' : 'generationB.mjs';
      const cli = outside.start(program, 'kill', run.shortId);
      const killers = [bench.killer, bench.killer, ...others.map((other) => other.killer)];
      const outcomes = await Promise.all(killers.map((killer) => killer.kill(run.threadId)));
      assert.ok(
        outcomes.every((outcome) => outcome === 'stopped'),
        outcomes.join(),
      );
      assert.equal((await cli.ended).code, 0);
      await assertKilled(run);
      for (const { store } of others) await rowBecomes(store, run.threadId, 'interrupted, nobody');
      assert.equal(await bench.killer.kill(run.threadId), 'notRunning');
    });

    it('by two other windows say both that it has ended', async () => {
      const run = await answering('stream:60');
      for (const { store } of others) await rowBecomes(store, run.threadId, 'running, anotherWindow');
      const outcomes = await Promise.all(others.map(({ killer }) => killer.kill(run.threadId)));
      assert.deepEqual(outcomes, ['stopped', 'stopped']);
      await assertKilled(run);
    });
  });

  describe(`a kill of a run that is about to end (${layout})`, () => {
    beforeEach(() => open(layout));
    afterEach(close);

    it('does not undo its end, whoever kills', async () => {
      const other = await openOther();
      const run = await answering('stream:1');
      await rowBecomes(other.store, run.threadId, 'running, anotherWindow');
      // Its last writes cannot be made before this goes.
      const lock = `${folder.indexFile}.lock`;
      await writeFile(lock, '', { flag: 'wx' });
      await waitUntil(() => hasLoggedItsEnd(run), { timeoutMs: 15_000, what: 'the log of the end' });
      const kills = Promise.all([bench.killer.kill(run.threadId), other.killer.kill(run.threadId)]);
      await rowBecomes(other.store, run.threadId, 'stopping, anotherWindow');
      await rm(lock);
      await kills;
      assert.equal((await run.ended).status, 'completed');
      assert.deepEqual(await statuses(folder), { [run.shortId]: 'completed' });
      for (const record of await records(folder)) {
        assert.deepEqual([record.status, record.error], ['completed', null]);
      }
      assert.deepEqual(await leftovers(folder), []);
      await rowBecomes(bench.store, run.threadId, 'completed, nobody');
      await rowBecomes(other.store, run.threadId, 'completed, nobody');
    });
  });

  describe(`a kill of a run that another one of its thread follows (${layout})`, () => {
    const threadId = threadIdOf('0a0a0a0a');
    beforeEach(() => open(layout));
    afterEach(close);

    const givenRun = async (pid: number, updatedAt: string): Promise<void> => {
      await folder.ensure();
      await writeFile(folder.pidFile('0a0a0a0a'), String(pid));
      await givenIndex(folder, { '0a0a0a0a': { lastStatus: 'running', updatedAt, cwd: bench.folder } });
    };

    it('leaves the status and the pid file of the later run alone, and no signal', async () => {
      await givenRun(outside.idle().pid, '2026-02-01T00:00:00.000Z');
      await rowBecomes(bench.store, threadId, 'running, cli');
      const kill = bench.killer.kill(threadId);
      await rowBecomes(bench.store, threadId, 'stopping, cli');
      const later = outside.idle();
      await givenRun(later.pid, '2026-02-02T00:00:00.000Z');
      assert.equal(await kill, 'stopped');
      assert.deepEqual(await statuses(folder), { '0a0a0a0a': 'running' });
      assert.deepEqual(await leftovers(folder), ['pids/0a0a0a0a']);
      assert.equal(bench.store.get(threadId)?.ownerPid, later.pid);
    });
  });
}

describe('a kill signal for the number of another run', () => {
  beforeEach(() => open('workspace'));
  afterEach(close);

  it('that has ended does not end a run, and goes with the next one', async () => {
    const earlier = await bench.run('say:first');
    await earlier.ended;
    const run = await bench.resume(earlier.threadId, 'stream:1');
    await writeKillSignal(folder, run.threadId, String(earlier.pid));
    assert.equal((await run.ended).status, 'completed');
    await givenSignal(folder, run.threadId, String(earlier.pid), 3);
    assert.equal((await (await bench.resume(run.threadId, 'say:third')).ended).status, 'completed');
    assert.deepEqual(await leftovers(folder), []);
  });
});

async function hasLoggedItsEnd({ shortId }: TurnRun): Promise<boolean> {
  const [record] = await records(folder);
  const log = await readFile(folder.runLogFile(shortId, String(record?.runId)), 'utf8');
  return log.includes('<<END_AGENT_OUTPUT>>');
}
