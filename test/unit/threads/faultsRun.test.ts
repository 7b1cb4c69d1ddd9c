import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog, type Log } from '../../../src/base/log';
import { isProcessAlive } from '../../../src/state/processes';
import { RunFiles } from '../../../src/state/runFiles';
import { readRunRecord } from '../../../src/state/runRecords';
import { StateRoot } from '../../../src/state/stateRoot';
import type { StateFolder } from '../../../src/state/stateFolder';
import { readIndex } from '../../../src/state/threadIndex';
import { DEFAULT_RUN_OPTIONS } from '../../../src/threads/runOptions';
import { TurnRun } from '../../../src/threads/turnRun';
import { waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';
import { diskError, isBelow, isHitBy, onFaultyDisk, type DiskOperation } from '../state/faultyDisk';
import { FakeServer } from './faultsServer';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const key = 'repo-0123456789abcdef';
/** While the run may be writing there. */
const removal = { recursive: true, maxRetries: 10, retryDelay: 20 };

describe('a run under which the disk gives way', () => {
  let base = '';
  let root: StateRoot;
  let server: FakeServer;
  const logged: string[] = [];
  const note = (message: string): void => void logged.push(message);
  const log: Log = { ...silentLog, warn: note, error: note };
  let cleared = 0;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'faults-run-'));
    root = new StateRoot(join(base, '.codex-collab'));
    server = await FakeServer.start();
    logged.length = 0;
    cleared = 0;
  });
  afterEach(async () => {
    await server.stop();
    await rm(base, { recursive: true, force: true });
  });

  const start = async (folder: StateFolder): Promise<TurnRun & { files: RunFiles }> => {
    const options = { folder, threadId, pid: server.pid, prompt: 'p', model: 'm', cwd: base, log };
    const files = await RunFiles.begin(options);
    const run = new TurnRun({
      ...{
        files,
        threadId,
        prompt: 'p',
        cwd: base,
        model: 'm',
        log,
        logPaths: folder.logPaths(files.shortId),
      },
      server: server.asAppServer,
      options: DEFAULT_RUN_OPTIONS,
      foreignPids: () => Promise.resolve(new Set()),
      killSignals: {
        watch: () => ({ dispose: () => undefined }),
        clear: () => {
          cleared++;
          return Promise.resolve();
        },
      },
    });
    return Object.assign(run, { files });
  };
  const running = async (run: TurnRun): Promise<void> => {
    server.begin(threadId);
    await waitUntil(() => run.phase === 'running', { timeoutMs: 5000, what: 'the turn' });
  };
  const refuse =
    (code: string) =>
    (operation: DiskOperation): undefined => {
      if (isBelow(root.path, operation.path) && isHitBy(code, operation)) throw diskError(code, operation);
    };
  const statusOf = async (run: TurnRun, folder: StateFolder): Promise<string | undefined> => {
    const reading = await readIndex(folder);
    return reading.kind === 'ok' ? reading.entries.get(run.shortId)?.lastStatus : reading.kind;
  };

  for (const code of ['ENOSPC', 'EACCES', 'EROFS', 'EMFILE']) {
    it(`and refuses its end with ${code} ends its process, tells each file once, and keeps what is needed for repair`, async () => {
      const folder = root.workspace(key);
      const run = await start(folder);
      await running(run);
      const outcome = await onFaultyDisk(refuse(code), async () => {
        server.complete(threadId, 'Hello.');
        return await run.ended;
      });
      assert.equal(outcome.status, 'completed');
      assert.equal(isProcessAlive(run.pid), false);
      assert.equal(run.phase, 'ended');
      assert.ok(logged.length >= 3);
      for (const line of logged) assert.ok(line.includes(folder.path), line);
      assert.equal(new Set(logged).size, logged.length, logged.join('\n'));
      assert.equal(await statusOf(run, folder), 'running');
      assert.ok(existsSync(folder.pidFile(run.shortId)));
      assert.equal(cleared, 1);
    });

    it(`and refuses with ${code} to note that the turn has started goes on with it`, async () => {
      const folder = root.workspace(key);
      const run = await start(folder);
      await onFaultyDisk(refuse(code), async () => {
        await running(run);
        await waitUntil(() => logged.length > 0, { timeoutMs: 5000, what: 'a word in the log' });
      });
      assert.equal(run.phase, 'running');
      assert.equal(logged.length, 1, logged.join('\n'));
      server.complete(threadId, 'Hello.');
      assert.equal((await run.ended).status, 'completed');
      assert.equal(await statusOf(run, folder), 'completed');
      const reading = await readRunRecord(folder, run.files.runId);
      assert.equal(reading.kind === 'ok' && reading.record.output, 'Hello.');
    });
  }

  it('and puts a pipe in the place of each of its files ends its process all the same', async () => {
    const folder = root.workspace(key);
    const run = await start(folder);
    await running(run);
    await mkdir(dirname(run.files.logFile), { recursive: true });
    for (const file of [folder.indexFile, folder.runRecordFile(run.files.runId), run.files.logFile]) {
      await rm(file, { force: true });
      execFileSync('mkfifo', [file]);
    }
    server.complete(threadId, 'Hello.');
    assert.equal((await run.ended).status, 'completed');
    assert.equal(isProcessAlive(run.pid), false);
  });

  it('at the moment when the window goes away ends its process, and throws nothing', async () => {
    const folder = root.workspace(key);
    const run = await start(folder);
    await running(run);
    await onFaultyDisk(refuse('ENOSPC'), async () => {
      run.abandonSync();
      await waitUntil(() => !isProcessAlive(run.pid), { timeoutMs: 5000, what: 'the end of its process' });
    });
    assert.ok(logged.length > 0);
    for (const line of logged) assert.ok(line.includes(folder.path), line);
    assert.ok(existsSync(folder.pidFile(run.shortId)));
  });

  it('does not end before it began when the clock is set back', async () => {
    const run = await start(root.global);
    await running(run);
    const original = Date.now;
    Date.now = () => original() - 3_600_000;
    try {
      server.complete(threadId, 'Hello.');
      assert.equal((await run.ended).durationMs, 0);
    } finally {
      Date.now = original;
    }
  });

  const deletions: Record<
    string,
    (run: TurnRun & { files: RunFiles }, folder: StateFolder) => Promise<void>
  > = {
    'the entry of its thread': (_, folder) => writeFile(folder.indexFile, '{}'),
    'the whole root': () => rm(root.path, removal),
    'its record': (run, folder) => rm(folder.runRecordFile(run.files.runId)),
  };
  for (const [what, remove] of Object.entries(deletions)) {
    for (const when of ['before turn/start is answered', 'in the middle', 'while it ends']) {
      it(`and loses ${what} ${when} makes nothing of that again, and ends its process`, async () => {
        const folder = root.workspace(key);
        const run = await start(folder);
        if (when.startsWith('before')) await remove(run, folder);
        await running(run);
        if (when.startsWith('in')) await remove(run, folder);
        server.tell('item/started', {
          threadId,
          item: { type: 'commandExecution', id: 'item-0', command: 'ls', status: 'inProgress' },
        });
        await run.files.log.flush();
        let isRemoved = !when.startsWith('while');
        const atEnd = ({ path }: DiskOperation): Promise<void> | undefined => {
          if (isRemoved || !isBelow(root.path, path) || existsSync(folder.indexLockFile)) return undefined;
          isRemoved = true;
          return remove(run, folder);
        };
        const outcome = await onFaultyDisk(atEnd, async () => {
          server.complete(threadId, 'Hello.');
          return await run.ended;
        });
        assert.ok(isRemoved);
        assert.equal(outcome.status, 'completed');
        assert.equal(isProcessAlive(run.pid), false);
        if (what === 'the whole root') assert.equal(existsSync(root.path), false);
        if (what === 'the entry of its thread') {
          assert.equal(await readFile(folder.indexFile, 'utf8'), '{}');
          assert.deepEqual(await readdir(folder.pidsDir), []);
        }
        if (what === 'its record') {
          assert.deepEqual(await readdir(folder.runsDir ?? ''), []);
          assert.equal(await statusOf(run, folder), 'completed');
        }
      });
    }
  }
});

describe('a run on the real codex', () => {
  it('ends when its root is deleted under it, also when no note of it could be made', async () => {
    const bench = await TaskBench.open({ stateLayout: 'workspace' });
    try {
      await writeFile(join(bench.home.home, 'own-runs'), 'a file in the way');
      const run = await bench.run('stream:20');
      const isSeen = (): boolean => bench.state.threadsOnDisk(run.threadId).length === 1;
      await waitUntil(isSeen, { timeoutMs: 15_000, what: 'the entry to be seen' });
      await rm(bench.home.stateRoot, removal);
      assert.equal((await run.ended).reason, 'deleted');
      assert.equal(existsSync(bench.home.stateRoot), false);
      assert.equal(isProcessAlive(run.pid), false);
    } finally {
      await bench.close();
    }
  });
});
