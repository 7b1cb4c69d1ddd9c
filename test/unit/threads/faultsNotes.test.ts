import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import { newSessionId } from '../../../src/state/ownSession';
import { isProcessAlive, processIdentity } from '../../../src/state/processes';
import { RunFiles } from '../../../src/state/runFiles';
import { StateRoot } from '../../../src/state/stateRoot';
import { readIndex } from '../../../src/state/threadIndex';
import { OwnRuns, type OwnRun } from '../../../src/threads/ownRuns';
import { diskError, isBelow, isHitBy, onFaultyDisk, type DiskOperation } from '../state/faultyDisk';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
/** Beyond what any system hands out: surely dead. */
const dead = 4_000_001;

describe('the note of a run under way', () => {
  let base = '';
  let notes = '';
  let root: StateRoot;
  let ownRuns: OwnRuns;
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'faults-notes-'));
    notes = join(base, 'notes');
    root = new StateRoot(join(base, '.codex-collab'));
    ownRuns = new OwnRuns(notes, root, log);
    warnings.length = 0;
  });
  afterEach(() => rm(base, { recursive: true }));

  /** A run whose process and, unless told otherwise, whose extension host are gone. */
  const lost = async (fields: Partial<OwnRun> = {}): Promise<OwnRun> => {
    const files = { folder: root.global, threadId, pid: dead, prompt: 'p', model: 'm', cwd: base, log };
    const { shortId, runId } = await RunFiles.begin({ ...files, sessionId: newSessionId() });
    const host = { pid: dead, hostPid: dead, startedAt: Date.now(), marker: 'no-such-marker' };
    return { folderKey: '', shortId, threadId, runId, ...host, ...fields };
  };
  const status = async ({ shortId }: OwnRun): Promise<string | undefined> => {
    const reading = await readIndex(root.global);
    return reading.kind === 'ok' ? reading.entries.get(shortId)?.lastStatus : reading.kind;
  };

  it('that the disk refuses is told of, and leaves neither half of it nor another file', async () => {
    const run = await lost();
    await mkdir(notes);
    const operations: DiskOperation[] = [];
    await onFaultyDisk(
      (operation) => {
        operations.push(operation);
        return undefined;
      },
      async () => await ownRuns.note(run),
    );
    await ownRuns.forget(run.runId);
    for (const code of ['ENOSPC', 'EACCES', 'EROFS', 'EMFILE']) {
      for (const [n, { name }] of operations.entries()) {
        let count = 0;
        const refuse = (operation: DiskOperation): undefined => {
          if (count++ === n && isHitBy(code, operation)) throw diskError(code, operation);
        };
        const error: unknown = await onFaultyDisk(refuse, async () => {
          return await ownRuns.note(run).then(
            () => undefined,
            (reason: unknown) => reason,
          );
        });
        if (error === undefined) await ownRuns.forget(run.runId);
        else if (name !== 'mkdir') assert.ok(error instanceof UserError && error.message.includes(notes));
        assert.deepEqual(await readdir(notes), [], `${code} at ${name}`);
      }
    }
  });

  it('half written, or not one of ours, is left alone and keeps no other from being repaired', async () => {
    const run = await lost();
    await ownRuns.note(run);
    const text = JSON.stringify(run);
    const bad = [
      '',
      text.slice(0, 40),
      'null',
      '[]',
      '7',
      '"x"',
      `\uFEFF${text}`,
      `${text}\0`,
      'x'.repeat(2e6),
    ];
    for (const [n, content] of bad.entries()) await writeFile(join(notes, `bad${n}.json`), content);
    await writeFile(join(notes, `run.json.123-abc.tmp`), text.slice(0, 40));
    execFileSync('mkfifo', [join(notes, 'pipe.json')]);
    await mkdir(join(notes, 'folder.json'));
    await ownRuns.repair();
    assert.equal(await status(run), 'interrupted');
    assert.equal(existsSync(join(notes, `${run.runId}.json`)), false);
    assert.equal((await readdir(notes)).length, bad.length + 3);
  });

  it('with ids or numbers that nobody would note repairs nothing and touches no other path', async () => {
    const run = await lost();
    await mkdir(notes);
    const ids = ['../../x', '', 'con', '__proto__', 'x'.repeat(300), 'ünïcode', 7, null];
    const numbers = [0, -1, 1.5, '7', null, 1e300];
    const changes = [
      ...['shortId', 'threadId', 'runId', 'marker'].flatMap((key) => ids.map((id) => ({ [key]: id }))),
      ...['pid', 'hostPid', 'startedAt'].flatMap((key) => numbers.map((number) => ({ [key]: number }))),
      ...['../../x', '/etc', 'no-hash', 7, null].map((folderKey) => ({ folderKey })),
      { hostIdentity: 7 },
    ];
    for (const [n, change] of changes.entries()) {
      await writeFile(join(notes, `run-${n}.json`), JSON.stringify({ ...run, ...change }));
    }
    const written: string[] = [];
    await onFaultyDisk(
      ({ isWrite, path }) => {
        if (isWrite) written.push(path);
        return undefined;
      },
      async () => await ownRuns.repair(),
    );
    assert.deepEqual(
      written.filter((path) => !isBelow(base, path)),
      [],
    );
    assert.equal(await status(run), 'running');
  });

  it('of a folder that was deleted is forgotten, and nothing is made again', async () => {
    await ownRuns.note(await lost());
    await rm(root.path, { recursive: true });
    await ownRuns.repair();
    assert.equal(existsSync(root.path), false);
    assert.deepEqual(await readdir(notes), []);
    assert.deepEqual(warnings, []);
  });

  it('is kept when the repair fails, and the repair done when the disk is back', async () => {
    const run = await lost();
    await ownRuns.note(run);
    const refuse = (operation: DiskOperation): undefined => {
      if (isBelow(root.path, operation.path) && isHitBy('EROFS', operation))
        throw diskError('EROFS', operation);
    };
    await onFaultyDisk(refuse, async () => await ownRuns.repair());
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(root.path), warnings[0]);
    assert.equal((await readdir(notes)).length, 1);
    await ownRuns.repair();
    assert.equal(await status(run), 'interrupted');
  });

  it('never costs a live window its turn, whatever was done to the clock', async () => {
    const marker = `live-window-${process.pid}`;
    const env = { ...process.env, CODEX_COLLAB_VSCODE_SERVER: marker };
    const codex = spawn('sleep', ['600'], { env, stdio: 'ignore' });
    try {
      await once(codex, 'spawn');
      const hostIdentity = await processIdentity(process.pid);
      // Noted while the clock was wrong: this process seems to have begun long after that.
      const run = await lost({ hostPid: process.pid, hostIdentity, startedAt: 1000, marker });
      await ownRuns.note(run);
      await ownRuns.repair();
      assert.equal(await status(run), 'running');
      assert.ok(isProcessAlive(codex.pid ?? 0));
      assert.equal((await readdir(notes)).length, 1);
    } finally {
      codex.kill('SIGKILL');
      await once(codex, 'exit');
    }
  });

  it('tells a window that is gone from a process that has its number now', async () => {
    const run = await lost({ hostPid: process.pid, hostIdentity: 'another-boot:1' });
    await ownRuns.note(run);
    await ownRuns.repair();
    assert.equal(await status(run), 'interrupted');
  });
});
