import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import { FileLock } from '../../../src/state/fileLock';
import { clearStaleKillSignal } from '../../../src/state/killSignals';
import { judgeOwner, readPidFile, removeDeadPidFile, writePidFile } from '../../../src/state/pidFiles';
import { isProcessAlive, isProcessSince, processIdentity } from '../../../src/state/processes';
import { RunFiles } from '../../../src/state/runFiles';
import { readRunRecord } from '../../../src/state/runRecords';
import type { StateFolder } from '../../../src/state/stateFolder';
import { readIndex } from '../../../src/state/threadIndex';
import { quickLock, someKey, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const hour = 3_600_000;
const outcome = { status: 'completed', output: '', filesChanged: [], commandsRun: [] } as const;

async function withSleeper<T>(use: (pid: number) => Promise<T>): Promise<T> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  try {
    return await use(child.pid ?? assert.fail());
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** Runs `work` with a clock that is off by so much (ms), as after somebody has set it. */
async function withClockSet<T>(by: number, work: () => Promise<T>): Promise<T> {
  const original = Date.now;
  Date.now = () => original() + by;
  try {
    return await work();
  } finally {
    Date.now = original;
  }
}

describe('when the clock is set', () => {
  const root = useScratchRoot(quickLock);
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
  });
  const setTime = async (file: string, ms: number): Promise<void> => {
    await writeFile(file, '*', { flag: 'a' });
    await utimes(file, new Date(ms), new Date(ms));
  };

  it('back, a lock from the future is not stale, and its age is not told', async () => {
    await setTime(folder.indexLockFile, Date.now() + hour);
    const hasty = new FileLock(folder.indexFile, { ...quickLock, giveUp: 20 });
    const hold = hasty.hold(() => Promise.resolve());
    await assert.rejects(hold, (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, / locked\. Try again/);
      return true;
    });
    assert.ok(existsSync(folder.indexLockFile));
  });

  it('back, a lock is waited for no longer than usual', async () => {
    await setTime(folder.indexLockFile, Date.now());
    const hasty = new FileLock(folder.indexFile, { ...quickLock, giveUp: 30 });
    const began = performance.now();
    await withClockSet(-hour, () =>
      assert.rejects(
        hasty.hold(() => Promise.resolve()),
        UserError,
      ),
    );
    assert.ok(performance.now() - began < 2000);
  });

  it('back, a kill signal from the future counts, and one from long ago does not', async () => {
    const signal = folder.killSignalFile(threadId);
    for (const [mtime, stays] of [
      [Date.now() + hour, true],
      [Date.now() - hour, false],
    ] as const) {
      await setTime(signal, mtime);
      await clearStaleKillSignal(folder, threadId, 1, new Date());
      assert.equal(existsSync(signal), stays);
    }
    await setTime(signal, Date.now());
    await clearStaleKillSignal(folder, threadId, 1, new Date(Date.now() - hour));
    assert.ok(existsSync(signal));
  });

  it('back during a run, its files are still in order', async () => {
    let now = Date.UTC(2026, 10, 22, 11);
    const options = { folder, threadId, pid: 4_000_001, prompt: 'p', model: 'm', cwd: '/w', log: silentLog };
    const run = await RunFiles.begin({ ...options, now: () => new Date(now) });
    run.log.append('before');
    now -= hour;
    run.log.append('after');
    await run.finish(outcome);
    const reading = await readRunRecord(folder, run.runId);
    assert.ok(reading.kind === 'ok');
    assert.deepEqual(
      [reading.record.status, reading.record.elapsed, reading.record.completedAt],
      ['completed', '0s', '2026-11-22T10:00:00.000Z'],
    );
    assert.match(await readFile(run.logFile, 'utf8'), /T11:.* before\n.*T10:.* after\n/);
    const index = await readIndex(folder);
    assert.equal(index.kind === 'ok' && index.entries.get(run.shortId)?.lastStatus, 'completed');
  });

  it('back before a thread runs again, its entry is found and its files are its own', async () => {
    const options = { folder, threadId, pid: 4_000_001, prompt: 'p', model: 'm', cwd: '/w', log: silentLog };
    const first = await RunFiles.begin(options);
    await first.finish(outcome);
    const second = await RunFiles.begin({ ...options, now: () => new Date(Date.now() - hour) });
    assert.equal(second.shortId, first.shortId);
    assert.ok(second.runId < first.runId);
    await second.finish(outcome);
    const index = await readIndex(folder);
    assert.ok(index.kind === 'ok');
    assert.equal(index.entries.size, 1);
  });

  it('back or forward, a process keeps its identity, and another one has another', async () => {
    if (process.platform === 'win32') return;
    const identity = await processIdentity(process.pid);
    assert.ok(identity !== undefined && identity !== 'ended');
    for (const by of [-hour, hour]) {
      assert.equal(await withClockSet(by, () => processIdentity(process.pid)), identity);
    }
    await withSleeper(async (pid) => assert.notEqual(await processIdentity(pid), identity));
    assert.equal(await processIdentity(4_000_001), undefined);
  });

  it('forward during a run, its owner is not taken for a later process with its number', async () => {
    if (process.platform !== 'linux') return;
    await withSleeper(async (pid) => {
      // Linux then tells that the process began later by as much; the date of the file stays what it was.
      const written = Date.now() - hour;
      assert.equal(await isProcessSince(pid, written), false);
      assert.equal(await withClockSet(hour, () => isProcessSince(pid, written)), true);
    });
  });
});

describe('the number of a process', () => {
  const root = useScratchRoot();
  beforeEach(async () => await root().global.ensure());

  const verdictOn = async (text: string): Promise<string> => {
    await writeFile(root().global.pidFile('s1'), text);
    const verdict = await judgeOwner(await readPidFile(root().global, 's1'));
    return verdict.kind === 'dead' ? 'dead' : `alive ${verdict.pid ?? 'somebody'}`;
  };

  it('is only ever asked after, and never that of a group', async () => {
    const asked: unknown[] = [];
    const original = process.kill.bind(process);
    process.kill = (pid, signal) => {
      asked.push([pid > 0 && pid < 2 ** 31, signal]);
      return original(pid, signal);
    };
    try {
      const verdicts: Record<string, string> = {
        '0': 'dead',
        '-0': 'dead',
        '-1': 'dead',
        [`-${process.pid}`]: 'dead',
        '0x1': 'alive 1',
        '1': 'alive 1',
        [String(process.pid)]: `alive ${process.pid}`,
        '2147483647': 'dead',
        '2147483648': 'alive somebody',
        '4294967296': 'alive somebody',
        '-2147483648': 'dead',
        '1e400': 'alive somebody',
        '1.0': 'alive 1',
      };
      for (const [text, verdict] of Object.entries(verdicts)) {
        assert.equal(await verdictOn(text), verdict, text);
        await removeDeadPidFile(root().global, 's1');
      }
    } finally {
      process.kill = original;
    }
    assert.ok(asked.length > 0);
    for (const each of asked) assert.deepEqual(each, [true, 0]);
  });

  it('may be ours, and is then alive unless it was written before we began', async () => {
    if (process.platform === 'win32') return;
    const { global } = root();
    await writePidFile(global, 's1', process.pid);
    assert.equal((await judgeOwner(await readPidFile(global, 's1'))).kind, 'alive');
    const before = new Date(performance.timeOrigin - hour);
    await utimes(global.pidFile('s1'), before, before);
    assert.equal((await judgeOwner(await readPidFile(global, 's1'))).kind, 'dead');
  });

  it('of a process that has just ended is dead', async () => {
    const pid = await withSleeper((each) => Promise.resolve(each));
    assert.equal(isProcessAlive(pid), false);
    assert.equal(await verdictOn(String(pid)), 'dead');
  });
});
