import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import {
  judgeOwner,
  readPidFile,
  removeDeadPidFile,
  removePidFileIfOurs,
  touchPidFile,
  writePidFile,
} from '../../../src/state/pidFiles';
import { isProcessAlive, processStart, processStartedAt } from '../../../src/state/processes';
import { until, useScratchRoot } from './scratchRoot';

const sleeper = (): ChildProcess =>
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('processes', () => {
  it('are alive until they end, be they of another user', async () => {
    assert.equal(isProcessAlive(process.pid), true);
    assert.equal(isProcessAlive(1), true);
    assert.equal(isProcessAlive(await endedPid()), false);
    for (const pid of [0, -1, 1.5, NaN, 99_999_999_999]) assert.equal(isProcessAlive(pid), false);
  });

  it('tell when they began', async function () {
    if (process.platform === 'win32') return;
    const before = Date.now();
    const child = sleeper();
    try {
      await once(child, 'spawn');
      const startedAt = await processStartedAt(child.pid ?? 0);
      assert.ok(startedAt !== undefined);
      assert.ok(Math.abs(startedAt - before) < 2000, `${startedAt - before} ms off`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.equal(await processStartedAt(child.pid ?? 0), undefined);
  });

  it('have ended when only their parent does not know yet', async function () {
    if (process.platform !== 'linux') return;
    // The shell becomes a sleep, which never asks after the child it inherits.
    const parent = spawn('/bin/sh', ['-c', "(echo $(exec sh -c 'echo $PPID')) & exec sleep 60"]);
    try {
      const [text] = (await once(parent.stdout, 'data')) as [Buffer];
      const zombie = Number(text.toString());
      await until('the child is a zombie', async () => (await processStart(zombie)) === 'ended');
      assert.equal(isProcessAlive(zombie), true);
      const reading = { kind: 'pid', pid: zombie, writtenAtMs: Date.now() } as const;
      assert.deepEqual(await judgeOwner(reading), { kind: 'dead' });
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });
});

describe('pid files', () => {
  const root = useScratchRoot();
  const verdictOn = async (text: string): Promise<string> => {
    await writeFile(root().global.pidFile('s1'), text);
    return (await judgeOwner(await readPidFile(root().global, 's1'))).kind;
  };
  beforeEach(async () => await root().global.ensure());

  it('are judged as the CLI judges them', async () => {
    const { global } = root();
    assert.deepEqual(await judgeOwner(await readPidFile(global, 's1')), { kind: 'alive' });
    await mkdir(global.pidFile('dir'));
    assert.deepEqual(await judgeOwner(await readPidFile(global, 'dir')), { kind: 'alive' });
    for (const text of ['', ' ', 'abc', '0', '-5', '\0', String(await endedPid())]) {
      assert.equal(await verdictOn(text), 'dead', JSON.stringify(text));
    }
    for (const text of [String(process.pid), ` ${process.pid}\n`, '1', '1.5', '99999999999']) {
      assert.equal(await verdictOn(text), 'alive', JSON.stringify(text));
    }
  });

  it('hand out the pid of a live owner only', async () => {
    await writePidFile(root().global, 's1', process.pid);
    const reading = await readPidFile(root().global, 's1');
    assert.deepEqual(await judgeOwner(reading), { kind: 'alive', pid: process.pid });
    await verdictOn('1.5');
    assert.deepEqual(await judgeOwner(await readPidFile(root().global, 's1')), { kind: 'alive' });
  });

  it('that are older than the process with their number belong to a dead one', async function () {
    if (process.platform === 'win32') return;
    const { global } = root();
    const child = sleeper();
    try {
      await once(child, 'spawn');
      await writePidFile(global, 's1', child.pid ?? 0);
      assert.equal((await judgeOwner(await readPidFile(global, 's1'))).kind, 'alive');
      const earlier = new Date(Date.now() - 10_000);
      await utimes(global.pidFile('s1'), earlier, earlier);
      assert.equal((await judgeOwner(await readPidFile(global, 's1'))).kind, 'dead');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('are waited for when caught before their content', async () => {
    const { global } = root();
    await writeFile(global.pidFile('s1'), '');
    const reading = readPidFile(global, 's1');
    setTimeout(() => writeFileSync(global.pidFile('s1'), '42'), 10);
    const found = await reading;
    assert.equal(found.kind === 'pid' && found.pid, 42);
  });

  it('hold the bare number, private to the owner', async () => {
    const { global } = root();
    await writePidFile(global, 's1', 4711);
    assert.equal(await readFile(global.pidFile('s1'), 'utf8'), '4711');
    assert.equal((await stat(global.pidFile('s1'))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(global.pidsDir), ['s1']);
  });

  it('are removed by their owner, or when that is dead', async () => {
    const { global } = root();
    await writePidFile(global, 's1', process.pid);
    assert.equal(await removePidFileIfOurs(global, 's1', process.pid + 1), false);
    assert.equal(await removeDeadPidFile(global, 's1'), false);
    assert.ok(existsSync(global.pidFile('s1')));
    assert.equal(await removePidFileIfOurs(global, 's1', process.pid), true);
    assert.equal(await removePidFileIfOurs(global, 's1', process.pid), false);
    await writeFile(global.pidFile('s1'), 'abc');
    assert.equal(await removeDeadPidFile(global, 's1'), true);
    assert.equal(existsSync(global.pidFile('s1')), false);
    assert.equal(await removeDeadPidFile(global, 's1'), false);
  });

  it('are made to look new without being made anew', async () => {
    const { global } = root();
    await touchPidFile(global, 's1');
    assert.equal(existsSync(global.pidFile('s1')), false);
    await writePidFile(global, 's1', 1);
    const old = new Date(0);
    await utimes(global.pidFile('s1'), old, old);
    await touchPidFile(global, 's1');
    assert.ok((await stat(global.pidFile('s1'))).mtimeMs > Date.now() - 60_000);
  });
});
