import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import { RunFiles, type RunFilesOptions } from '../../../src/state/runFiles';
import { elapsedText, type RunOutcome } from '../../../src/state/runOutcome';
import { readRunRecord } from '../../../src/state/runRecords';
import type { StateFolder } from '../../../src/state/stateFolder';
import { readIndex, updateIndex } from '../../../src/state/threadIndex';
import { leftovers, quickLock, someKey, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const pid = 4_000_001;
const completed: RunOutcome = {
  status: 'completed',
  output: 'Hello.',
  filesChanged: [{ path: 'a.ts', kind: 'update', diff: '+1' }],
  commandsRun: [{ command: 'ls', exitCode: 0, durationMs: 5 }],
};

describe('the files of a run', () => {
  const root = useScratchRoot(quickLock);
  let seconds = 0;
  const clock = (): Date => new Date(Date.UTC(2026, 10, 22, 11, 21, seconds));
  beforeEach(() => (seconds = 0));

  const begin = async (folder: StateFolder, more: Partial<RunFilesOptions> = {}): Promise<RunFiles> =>
    await RunFiles.begin({
      ...{ folder, threadId, pid, prompt: 'Say hello', model: 'gpt-x', cwd: '/repo', log: silentLog },
      now: clock,
      ...more,
    });
  const entryOf = async (run: RunFiles, folder: StateFolder): Promise<unknown> => {
    const reading = await readIndex(folder);
    assert.ok(reading.kind === 'ok');
    return reading.entries.get(run.shortId)?.raw;
  };
  const recordOf = async (run: RunFiles, folder: StateFolder): Promise<Record<string, unknown>> => {
    const reading = await readRunRecord(folder, run.runId);
    assert.ok(reading.kind === 'ok');
    return reading.record.raw;
  };

  it('in the global folder are an entry, a pid and a log', async () => {
    const { global } = root();
    const run = await begin(global);
    const at = '2026-11-22T11:21:00.000Z';
    const entry = { threadId, createdAt: at, cwd: '/repo', model: 'gpt-x', preview: 'Say hello' };
    const note = { at, isRunByWindow: true };
    const running = { ...entry, lastStatus: 'running', updatedAt: at, codexCollabVscode: note };
    assert.deepEqual(await entryOf(run, global), running);
    assert.equal(await readFile(global.pidFile(run.shortId), 'utf8'), String(pid));
    assert.equal(existsSync(run.logFile), false);
    await run.turnStarted();
    seconds = 3;
    assert.equal(await run.finish(completed), 'written');
    const updatedAt = '2026-11-22T11:21:03.000Z';
    const ended = {
      lastStatus: 'completed',
      updatedAt,
      codexCollabVscode: { at: updatedAt, changes: { added: 1, removed: 0 } },
    };
    assert.deepEqual(await entryOf(run, global), { ...entry, ...ended });
    assert.equal(existsSync(global.pidFile(run.shortId)), false);
    assert.equal(
      await readFile(run.logFile, 'utf8'),
      `${updatedAt} agent output:\nHello.\n<<END_AGENT_OUTPUT>>\n`,
    );
    assert.deepEqual(await leftovers(global.path), []);
  });

  it('in a workspace are a record too, which the end completes after the log', async () => {
    const folder = root().workspace(someKey);
    const run = await begin(folder, { kind: 'review', sessionId: 'ours' });
    const first = await recordOf(run, folder);
    const begun = {
      phase: 'starting',
      status: 'running',
      pid,
      kind: 'review',
      sessionId: 'ours',
      logOffset: 0,
    };
    const paths = { logFile: `logs/${run.shortId}/${run.runId}.log`, shortId: run.shortId, runId: run.runId };
    for (const [key, value] of Object.entries({ ...begun, ...paths, prompt: 'Say hello', threadId })) {
      assert.equal(first[key], value, key);
    }
    await run.turnStarted();
    assert.equal((await recordOf(run, folder)).phase, 'running');
    seconds = 3;
    await run.finish({ ...completed, status: 'interrupted', error: 'Thread killed by user' });
    const { filesChanged, commandsRun } = completed;
    assert.deepEqual(await recordOf(run, folder), {
      ...first,
      ...{ phase: 'finalizing', status: 'interrupted', error: 'Thread killed by user', elapsed: '3s' },
      ...{ completedAt: '2026-11-22T11:21:03.000Z', output: 'Hello.', filesChanged, commandsRun },
    });
    assert.deepEqual(await leftovers(folder.path), []);
    assert.ok(existsSync(run.logFile));
  });

  it('of a failed run keep the phase and give no output', async () => {
    const folder = root().workspace(someKey);
    const run = await begin(folder);
    await run.finish({ ...completed, status: 'failed', error: 'timed out' });
    const { phase, status, error, output, elapsed } = await recordOf(run, folder);
    assert.deepEqual(
      [phase, status, error, output, elapsed],
      ['starting', 'failed', 'timed out', null, null],
    );
  });

  it('keep short id, folder and foreign fields when the thread is resumed', async () => {
    const { global } = root();
    const run = await begin(global);
    await run.finish(completed);
    await updateIndex(global, (draft) => draft.patch(run.shortId, { 'x.own': 1 }));
    const again = await begin(global, { shortId: run.shortId, prompt: 'More', cwd: '/elsewhere' });
    assert.equal(again.shortId, run.shortId);
    const entry = (await entryOf(again, global)) as Record<string, unknown>;
    assert.deepEqual(
      [entry['x.own'], entry.cwd, entry.preview, entry.lastStatus],
      [1, '/repo', 'More', 'running'],
    );
    await again.finish(completed);
    assert.equal((await readFile(run.logFile, 'utf8')).split('Hello.').length, 3);
  });

  it('take another short id when another thread has the one asked for', async () => {
    const { global } = root();
    await global.ensure();
    await updateIndex(global, (draft) => draft.set('aaaaaaaa', { threadId: 'another' }));
    const run = await begin(global, { shortId: 'aaaaaaaa' });
    assert.notEqual(run.shortId, 'aaaaaaaa');
  });

  it('clear a stale kill signal at the start and our own at the end', async () => {
    const { global } = root();
    await global.ensure();
    const file = global.killSignalFile(threadId);
    await writeFile(file, '');
    await utimes(file, new Date(0), new Date(0));
    const run = await begin(global);
    assert.equal(existsSync(file), false);
    await writeFile(file, String(pid));
    await run.finish(completed);
    assert.equal(existsSync(file), false);
  });

  it('are not made again when the thread was deleted meanwhile', async () => {
    const folder = root().workspace(someKey);
    const run = await begin(folder);
    run.log.append('one');
    await run.log.flush();
    await updateIndex(folder, (draft) => draft.delete(run.shortId));
    await rm(folder.runRecordFile(run.runId));
    await rm(run.logFile);
    await writeFile(folder.killSignalFile(threadId), '');
    assert.equal(await run.finish(completed), 'deleted');
    for (const dir of [folder.pidsDir, folder.killSignalsDir, folder.runsDir ?? '']) {
      assert.deepEqual(await readdir(dir), [], dir);
    }
    assert.equal(existsSync(run.logFile), false);
    assert.equal(await entryOf(run, folder), undefined);
  });

  it('leave the pid file of a newer run alone', async () => {
    const { global } = root();
    const run = await begin(global);
    await writeFile(global.pidFile(run.shortId), '77');
    await run.finish(completed);
    assert.equal(await readFile(global.pidFile(run.shortId), 'utf8'), '77');
  });

  it('are all tried at the end, and what failed is told in one error', async () => {
    const folder = root().workspace(someKey);
    const run = await begin(folder);
    await mkdir(run.logFile, { recursive: true });
    const record = folder.runRecordFile(run.runId);
    await unlink(record);
    await writeFile(record, '{');
    await assert.rejects(run.finish(completed), (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(run.logFile) && error.message.includes(record), error.message);
      return true;
    });
    assert.equal(((await entryOf(run, folder)) as { lastStatus: string }).lastStatus, 'completed');
    assert.equal(existsSync(folder.pidFile(run.shortId)), false);
  });

  it('keep the pid file when the status could not be written: a dead owner is noticed, a missing one not', async () => {
    const { global } = root();
    const run = await begin(global);
    await writeFile(global.indexFile, '{bad');
    await assert.rejects(run.finish({ ...completed, output: '' }), UserError);
    assert.ok(existsSync(global.pidFile(run.shortId)));
    assert.equal(await readFile(global.indexFile, 'utf8'), '{bad');
  });

  it('do not come back when the whole folder was deleted meanwhile', async () => {
    for (const folder of [root().global, root().workspace(someKey)]) {
      const run = await begin(folder);
      await rm(root().path, { recursive: true });
      assert.equal(await run.finish(completed), 'deleted');
      run.finishSync(completed);
      assert.equal(existsSync(root().path), false);
    }
  });

  it('are not begun when the index cannot be written', async () => {
    const folder = root().workspace(someKey);
    await mkdir(folder.indexFile, { recursive: true });
    await assert.rejects(begin(folder), UserError);
    assert.deepEqual(await readdir(folder.pidsDir), []);
    assert.deepEqual(await readdir(folder.runsDir ?? ''), []);
    assert.deepEqual(await leftovers(folder.path), []);
  });

  it('say failed when the start fails half way', async () => {
    if (process.platform !== 'linux') return;
    const folder = root().workspace(someKey);
    await mkdir(folder.path, { recursive: true });
    await symlink('/proc', folder.runsDir ?? ''); // a folder in which nobody can make files
    await assert.rejects(begin(folder));
    const reading = await readIndex(folder);
    assert.ok(reading.kind === 'ok');
    assert.deepEqual(
      [...reading.entries.values()].map((entry) => entry.lastStatus),
      ['failed'],
    );
    assert.deepEqual(await readdir(folder.pidsDir), []);
  });

  for (const layout of ['global', 'workspace'] as const) {
    it(`can be ended without waiting in the ${layout} layout`, async () => {
      const folder = layout === 'global' ? root().global : root().workspace(someKey);
      const run = await begin(folder);
      await writeFile(folder.killSignalFile(threadId), '*');
      seconds = 2;
      run.finishSync({ ...completed, status: 'interrupted', error: 'Interrupted by signal' });
      assert.equal(((await entryOf(run, folder)) as { lastStatus: string }).lastStatus, 'interrupted');
      assert.ok((await readFile(run.logFile, 'utf8')).includes('Hello.'));
      assert.deepEqual(await readdir(folder.pidsDir), []);
      assert.deepEqual(await readdir(folder.killSignalsDir), []);
      if (layout === 'workspace') assert.equal((await recordOf(run, folder)).error, 'Interrupted by signal');
      assert.deepEqual(await leftovers(folder.path), []);
      assert.equal(await run.finish(completed), 'written'); // and only once
      assert.equal(((await entryOf(run, folder)) as { lastStatus: string }).lastStatus, 'interrupted');
    });
  }

  it('ended without waiting leave a foreign lock and with it the pid file, and make nothing again', async () => {
    const { global } = root();
    const errors: string[] = [];
    const run = await begin(global, { log: { ...silentLog, error: (message) => errors.push(message) } });
    await writeFile(global.indexLockFile, '');
    run.finishSync(completed);
    assert.ok(existsSync(global.indexLockFile));
    assert.ok(existsSync(global.pidFile(run.shortId)));
    assert.equal(errors.length, 1);

    await unlink(global.indexLockFile);
    const deleted = await begin(global, { threadId: 'other' });
    await updateIndex(global, (draft) => draft.delete(deleted.shortId));
    deleted.finishSync(completed);
    assert.equal(existsSync(deleted.logFile), false);
    assert.equal(existsSync(global.pidFile(deleted.shortId)), false);
    assert.equal(await entryOf(deleted, global), undefined);
  });

  it('tell times as the CLI does', () => {
    assert.deepEqual([0, 999, 65_000, 3_725_000].map(elapsedText), ['0s', '1s', '1m 5s', '62m 5s']);
  });
});
