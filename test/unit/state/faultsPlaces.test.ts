import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { errorText, UserError } from '../../../src/base/userError';
import { readCliConfig } from '../../../src/state/cliConfig';
import { FileLock } from '../../../src/state/fileLock';
import { clearStaleKillSignal, readKillSignal, writeKillSignal } from '../../../src/state/killSignals';
import { watchKillSignals } from '../../../src/state/killSignalWatch';
import { judgeOwner, readPidFile, removeDeadPidFile, writePidFile } from '../../../src/state/pidFiles';
import { RunFiles } from '../../../src/state/runFiles';
import { patchRunRecord, readRunRecord } from '../../../src/state/runRecords';
import { SharedState } from '../../../src/state/sharedState';
import type { StateFolder } from '../../../src/state/stateFolder';
import type { StateRoot } from '../../../src/state/stateRoot';
import { readIndex, updateIndex } from '../../../src/state/threadIndex';
import { leftovers, quickLock, someKey, until, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const pid = 4_000_001;
const outcome = { status: 'completed', output: 'Hello.', filesChanged: [], commandsRun: [] } as const;
const begin = (folder: StateFolder): Promise<RunFiles> =>
  RunFiles.begin({ folder, threadId, pid, prompt: 'p', model: 'm', cwd: '/w', log: silentLog });

/** What may stand where a file should be, and what it takes to put it there. */
const obstacles: Record<string, (path: string, servers: Server[]) => Promise<unknown>> = {
  'a folder': (path) => mkdir(path, { recursive: true }),
  'a folder with a file in it': async (path) => {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'kept'), '');
  },
  // Whoever opens one to read it waits for somebody to write.
  'a pipe': (path) => Promise.resolve(execFileSync('mkfifo', [path])),
  'a socket': async (path, servers) => {
    const server = createServer();
    servers.push(server);
    // The system takes short paths only for a new one.
    const short = join(tmpdir(), `socket-${process.pid}-${servers.length}`);
    await new Promise<void>((done) => server.listen(short, done));
    await rename(short, path);
  },
  'a link in a circle': (path) => symlink(path, path),
  'a link to a device without an end': (path) => symlink('/dev/zero', path),
};

/** Fails when `work` has not settled in time: a hang is what these tests are about. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It hangs.')), 5000);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

describe('where a file should be there is', () => {
  const root = useScratchRoot(quickLock);
  const servers: Server[] = [];
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
  });

  const refuses = async (work: Promise<unknown>, path: string): Promise<void> => {
    await inTime(
      assert.rejects(work, (error) => {
        assert.ok(error instanceof UserError, errorText(error));
        assert.ok(error.message.includes(path), error.message);
        return true;
      }),
    );
  };

  for (const [what, place] of Object.entries(obstacles)) {
    describe(what, () => {
      it('for the index: it is told of, left alone, and stops nothing else', async () => {
        const { indexFile } = folder;
        await place(indexFile, servers);
        assert.equal((await inTime(readIndex(folder))).kind, 'unreadable');
        await refuses(
          updateIndex(folder, (draft) => draft.set('a', { threadId: 'a' })),
          indexFile,
        );
        await refuses(begin(folder), indexFile);
        assert.deepEqual(await leftovers(folder.path), []);
        assert.deepEqual(await readdir(folder.pidsDir), []);
      });

      it('for the temporary file of the index: nothing is written through it', async () => {
        const temp = `${folder.indexFile}.tmp`;
        await place(temp, servers);
        const change = updateIndex(folder, (draft) => draft.set('a', { threadId: 'a' }));
        if (what.startsWith('a folder')) {
          await refuses(change, temp);
          assert.equal((await readIndex(folder)).kind, 'missing');
        } else {
          await inTime(change);
          assert.ok((await stat(folder.indexFile)).isFile());
          assert.equal((await readIndex(folder)).kind, 'ok');
          assert.equal(existsSync(temp), false);
        }
        assert.equal(existsSync(folder.indexLockFile), false);
      });

      it('for a pid file: its owner is believed to live, and another one takes its place', async () => {
        const file = folder.pidFile('s1');
        await place(file, servers);
        const reading = await inTime(readPidFile(folder, 's1'));
        assert.deepEqual(await judgeOwner(reading), { kind: 'alive' });
        assert.equal(await inTime(removeDeadPidFile(folder, 's1')), false);
        if (what.startsWith('a folder')) return await refuses(writePidFile(folder, 's1', pid), file);
        await writePidFile(folder, 's1', pid);
        assert.equal(await readFile(file, 'utf8'), String(pid));
      });

      it('for a kill signal: it kills nobody, and is told once', async () => {
        const file = folder.killSignalFile(threadId);
        await place(file, servers);
        if (what.startsWith('a folder'))
          assert.equal((await readKillSignal(folder, threadId))?.isDirectory, true);
        else await refuses(readKillSignal(folder, threadId), file);
        await inTime(clearStaleKillSignal(folder, threadId, pid, new Date()).catch(() => undefined));
        const warnings: string[] = [];
        const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
        const seen: unknown[] = [];
        const onSignal = (signal: unknown): void => void seen.push(signal);
        const watch = watchKillSignals({ folders: [folder], threadId, pid, onSignal, log, pollMs: 2 });
        try {
          await until('the warning', () => warnings.length > 0);
          assert.ok(warnings[0]?.includes(file), warnings[0]);
          // Once it is out of the way a signal is heard: the watch did not end.
          await rm(file, { recursive: true });
          await writeKillSignal(folder, threadId, '*');
          await until('the signal', () => seen.length > 0);
          assert.equal(warnings.length, 1, warnings.join('\n'));
        } finally {
          watch.dispose();
        }
      });

      it('for a run record: it is told of, and the run ends without it', async () => {
        const run = await begin(folder);
        const file = folder.runRecordFile(run.runId);
        await rm(file);
        await place(file, servers);
        assert.equal((await inTime(readRunRecord(folder, run.runId))).kind, 'unreadable');
        await refuses(patchRunRecord(folder, run.runId, { phase: 'running' }), file);
        await refuses(run.finish(outcome), file);
        const reading = await readIndex(folder);
        assert.equal(reading.kind === 'ok' && reading.entries.get(run.shortId)?.lastStatus, 'completed');
        assert.deepEqual(await readdir(folder.pidsDir), []);
      });

      it('for a log: nothing is written through it, and the run ends without it', async () => {
        const { global } = root();
        const run = await begin(global);
        await place(run.logFile, servers);
        run.log.append('one');
        await refuses(run.finish(outcome), run.logFile);
        const reading = await readIndex(global);
        assert.equal(reading.kind === 'ok' && reading.entries.get(run.shortId)?.lastStatus, 'completed');
        assert.deepEqual(await readdir(global.pidsDir), []);
      });

      it('for anything, and a run that ends without waiting does not wait', async () => {
        const errors: string[] = [];
        const log = { ...silentLog, error: (message: string) => void errors.push(message) };
        const options = { folder, threadId, pid, prompt: 'p', model: 'm', cwd: '/w', log };
        const run = await RunFiles.begin(options);
        const files = [
          folder.indexFile,
          folder.runRecordFile(run.runId),
          run.logFile,
          folder.pidFile(run.shortId),
        ];
        for (const file of [...files, folder.killSignalFile(threadId), `${folder.indexFile}.tmp`]) {
          await rm(file, { force: true });
          await mkdir(dirname(file), { recursive: true });
          await place(file, servers);
        }
        run.finishSync(outcome);
        assert.ok(errors.length > 0);
        // Then with the index in order again, so that it gets as far as the log.
        await rm(folder.indexFile, { recursive: true });
        const other = await RunFiles.begin({ ...options, threadId: 'other' }).catch(() => undefined);
        if (other === undefined) return; // the temporary file is a folder
        await mkdir(dirname(other.logFile), { recursive: true });
        await place(other.logFile, servers);
        other.finishSync(outcome);
        assert.ok(
          errors.some((error) => error.includes(other.logFile)),
          errors.join('\n'),
        );
      });

      it('for the config: it is told of', async () => {
        await place(root().configFile, servers);
        const reading = await inTime(readCliConfig(root()));
        assert.ok(reading.kind === 'invalid' && reading.error instanceof UserError);
        assert.ok(reading.error.message.includes(root().configFile));
      });

      it('for a lock: it is waited for, and then told of', async () => {
        const lock = `${folder.indexFile}.lock`;
        await place(lock, servers);
        const hasty = new FileLock(folder.indexFile, { ...quickLock, giveUp: 20 });
        await refuses(
          hasty.hold(() => Promise.resolve()),
          lock,
        );
        assert.ok((await readdir(folder.path)).includes('threads.json.lock'));
      });

      it('for the note on migration: it counts as one', async () => {
        await place(folder.migrationStateFile ?? '', servers);
        await inTime(updateIndex(folder, (draft) => draft.set('a', { threadId: 'a' })));
        assert.equal((await readIndex(folder)).kind, 'ok');
      });
    });
  }

  describe('anything at all', () => {
    const shown = async (scratch: StateRoot): Promise<string[]> => {
      const state = new SharedState({ root: scratch, log: silentLog, sweepMs: 60_000 });
      try {
        await inTime(state.start());
        return [...state.threadIds()].sort();
      } finally {
        await state.dispose();
      }
    };

    it('the threads of the other folders are shown all the same', async () => {
      const { global } = root();
      await global.ensure();
      const entry = (id: string): object => ({ threadId: id, lastStatus: 'running' });
      await writeFile(global.indexFile, JSON.stringify({ s1: entry('t1'), s2: entry('t2') }));
      for (const [n, place] of Object.values(obstacles).entries()) {
        const broken = root().workspace(`w-${n.toString().padStart(16, '0')}`);
        await broken.ensure();
        await place(broken.indexFile, servers);
      }
      await obstacles['a pipe']?.(global.pidFile('s1'), servers);
      await obstacles['a pipe']?.(global.killSignalFile('t1'), servers);
      await obstacles['a link to a device without an end']?.(global.pidFile('s2'), servers);
      await obstacles['a link to a device without an end']?.(global.killSignalFile('t2'), servers);
      await symlink('circle-0123456789abcdef', join(root().workspacesDir, 'circle-0123456789abcdef'));
      await symlink('/nowhere', join(root().workspacesDir, 'nowhere-0123456789abcdef'));
      assert.deepEqual(await shown(root()), ['t1', 't2']);
    });

    it('as the root or the folder of the workspaces, nothing is shown and nothing begun', async () => {
      for (const what of ['a pipe', 'a socket', 'a link in a circle', 'a link to a device without an end']) {
        for (const path of [root().path, root().workspacesDir]) {
          await rm(root().path, { recursive: true, force: true });
          await mkdir(dirname(path), { recursive: true });
          await obstacles[what]?.(path, servers);
          assert.deepEqual(await shown(root()), []);
          await refuses(begin(folder), root().path);
        }
      }
    });

    it('as the root, a link that leads nowhere, nothing is made there or elsewhere', async () => {
      await rm(root().path, { recursive: true });
      const nowhere = join(dirname(root().path), 'nowhere');
      await symlink(nowhere, root().path);
      await refuses(begin(folder), root().path);
      assert.equal(existsSync(nowhere), false);
      assert.deepEqual(await shown(root()), []);
    });

    it('as a log, a link that leads nowhere or to a file elsewhere: nothing is made or changed there', async () => {
      const { global } = root();
      const elsewhere = join(dirname(root().path), 'elsewhere');
      for (const isThere of [false, true]) {
        const run = await begin(global);
        await symlink(elsewhere, run.logFile);
        if (isThere) await writeFile(elsewhere, 'mine');
        run.log.append('one');
        await refuses(run.finish(outcome), run.logFile);
        assert.equal(isThere ? await readFile(elsewhere, 'utf8') : existsSync(elsewhere), isThere && 'mine');
        await rm(run.logFile);
      }
    });

    it('as the temporary file of the index, a link to a file elsewhere: that one is not changed', async () => {
      const elsewhere = join(dirname(root().path), 'elsewhere');
      await writeFile(elsewhere, 'mine', { mode: 0o644 });
      await symlink(elsewhere, `${folder.indexFile}.tmp`);
      const run = await begin(folder);
      await symlink(elsewhere, `${folder.indexFile}.tmp`);
      run.finishSync(outcome);
      assert.equal(await readFile(elsewhere, 'utf8'), 'mine');
      const reading = await readIndex(folder);
      assert.equal(reading.kind === 'ok' && reading.entries.get(run.shortId)?.lastStatus, 'completed');
      assert.deepEqual(await leftovers(folder.path), []);
    });

    it('left by a writer that came to grief, its mode is not that of the index', async () => {
      await writeFile(`${folder.indexFile}.tmp`, 'half', { mode: 0o644 });
      await updateIndex(folder, (draft) => draft.set('a', { threadId: 'a' }));
      assert.equal((await stat(folder.indexFile)).mode & 0o777, 0o600);
    });
  });
});
