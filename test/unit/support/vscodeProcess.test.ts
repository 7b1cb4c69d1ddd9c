import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually';
import { isSameProcess, findProcesses } from '../../support/processFamily';
import { VsCodeProcess } from '../../support/vscodeProcess';

/** Starts a child in a session of its own that outlives it and ignores polite signals, and says its id. */
const parent = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"],
    { detached: true, stdio: 'ignore' });
  console.log('child ' + child.pid);
  if (process.argv[1] === 'leave') { child.unref(); process.exit(3); }
  setInterval(() => {}, 1000);
`;

async function expectGone(pid: number): Promise<void> {
  await eventually(
    () => findProcesses(pid, 'no mark').filter((found) => found.pid === pid && isSameProcess(found)),
    (left) => assert.deepEqual(left, []),
  );
}

describe('a server that was started for a test', () => {
  it('ends with the processes that it started', async () => {
    const server = new VsCodeProcess(process.execPath, ['-e', parent], process.env);
    const [, pid] = await server.firstLine(/^child (\d+)/);
    await server.end(200);
    await expectGone(Number(pid));
  });

  it('ends processes whose parent is gone', async function () {
    if (process.platform !== 'linux') return;
    const server = new VsCodeProcess(process.execPath, ['-e', parent, 'leave'], process.env);
    const [, pid] = await server.firstLine(/^child (\d+)/);
    assert.equal(await server.exited, 'exit code 3');
    await server.end(200);
    await expectGone(Number(pid));
  });

  it('says what it printed when it ends before it is ready', async () => {
    const server = new VsCodeProcess(process.execPath, ['-e', 'console.error("no port")'], process.env);
    await assert.rejects(server.firstLine(/listening/), /ended \(exit code 0\)[^]*no port/);
    await server.end();
  });

  it('says so when it cannot be started', async () => {
    const server = new VsCodeProcess('/nowhere/node', [], process.env);
    await assert.rejects(server.firstLine(/listening/), /ENOENT/);
    await server.end();
  });
});
