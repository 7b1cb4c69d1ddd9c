import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { silentLog } from '../../../src/base/log';
import { endFamily, findFamilies, type LeftoverFamily } from '../../../src/appServer/leftoverFamilies';
import { endAbandoned, endLeftovers } from '../../../src/appServer/leftoverProcesses';
import { listMarkedProcesses, MARKER_VARIABLE } from '../../../src/appServer/markedProcesses';
import { isProcessAlive } from '../../../src/state/processes';
import { eventually } from '../../support/eventually';

const none: ReadonlySet<number> = new Set();
const idle = 'setInterval(() => {}, 1000)';

describe('what app-servers leave running', () => {
  let marker = '';
  const started: ChildProcess[] = [];
  beforeEach(() => (marker = randomUUID()));
  afterEach(async () => {
    for (const child of started.splice(0)) if (child.kill('SIGKILL')) await once(child, 'exit');
    for (const { pids } of await leftovers()) for (const pid of pids) process.kill(pid, 'SIGKILL');
  });

  const start = async (args: readonly string[], env: Record<string, string> = {}): Promise<number> => {
    const variables = { ...process.env, [MARKER_VARIABLE]: marker, ...env };
    const child = spawn(process.execPath, args, { env: variables, stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    // What they print says that they are ready, and no longer what they were before their exec.
    await once(child.stdout, 'data');
    return child.pid ?? assert.fail();
  };
  const leftovers = async (): Promise<readonly LeftoverFamily[]> =>
    (await findFamilies(new Set(), none)).leftovers.filter(({ head }) => head.marker === marker);
  /** A program that starts another one, in a session of its own, and tells its pid. */
  const parentOf = (...args: string[]): string =>
    `const { spawn } = require('child_process');
     const options = { detached: true, stdio: 'ignore' };
     console.log(spawn(process.execPath, ${JSON.stringify(['-e', ...args])}, options).pid); ${idle}`;

  it('is found with the thread whose command it was, and is ended with its children', async () => {
    const pid = await start(['-e', parentOf(idle)], { CODEX_THREAD_ID: 't-1' });
    const [family, ...others] = await eventually(leftovers, ([found]) => assert.equal(found?.pids.length, 2));
    assert.deepEqual([others, family?.head.pid, family?.head.threadId], [[], pid, 't-1']);
    assert.equal(family?.head.args[0], process.execPath);
    assert.ok(family);
    assert.equal(await endFamily(family, none), true);
    assert.deepEqual(await leftovers(), []);
  });

  it('does not listen to SIGTERM, and is ended all the same', async () => {
    await start(['-e', `process.on('SIGTERM', () => {}); console.log(1); ${idle}`]);
    const [family] = await leftovers();
    assert.equal(await endFamily(family ?? assert.fail(), none), true);
    assert.deepEqual(await leftovers(), []);
  });

  it('is nothing that a server still has below it, until that one ends', async () => {
    const server = await start(['-e', parentOf(idle), 'app-server']);
    const { servers } = await findFamilies(new Set(), none);
    assert.ok(servers.some(({ pid }) => pid === server));
    assert.deepEqual(await leftovers(), []);
    started[0]?.kill('SIGKILL');
    const [family] = await eventually(leftovers, (found) => assert.equal(found.length, 1));
    assert.notEqual(family?.head.pid, server);
    assert.equal(await endFamily(family ?? assert.fail(), none), true);
  });

  it('is nothing of a server that is known to live, whatever its program is called', async () => {
    await start(['-e', `console.log(1); ${idle}`]);
    const { leftovers: found } = await findFamilies(new Set([marker]), none);
    assert.ok(!found.some(({ head }) => head.marker === marker));
  });

  it('may be an app-server that something left over has started', async () => {
    const pid = await start(['-e', parentOf(idle, 'app-server')]);
    const [family] = await eventually(leftovers, ([found]) => assert.equal(found?.pids.length, 2));
    assert.equal(family?.head.pid, pid);
  });

  it('is nothing that was started below the same server as this program', async () => {
    await start(['-e', `console.log(1); ${idle}`]);
    process.env[MARKER_VARIABLE] = marker;
    try {
      assert.deepEqual(await leftovers(), []);
      assert.equal(await endLeftovers(marker, none), 0);
    } finally {
      // Not `= undefined`, which would set it to that word.
      Reflect.deleteProperty(process.env, MARKER_VARIABLE);
    }
  });

  it('is not who got the number of one that has ended', async () => {
    await start(['-e', `console.log(1); ${idle}`]);
    const [family] = await leftovers();
    const foreign = await start(['-e', `console.log(1); ${idle}`], { [MARKER_VARIABLE]: randomUUID() });
    const unmarked = await start(['-e', `console.log(1); ${idle}`], { [MARKER_VARIABLE]: '' });
    assert.ok(family);
    assert.equal(await endFamily({ ...family, pids: [foreign, unmarked] }, none), true);
    assert.deepEqual([isProcessAlive(foreign), isProcessAlive(unmarked)], [true, true]);
    assert.equal((await leftovers()).length, 1);
  });

  it('is nothing with a foreign process in its family, which nobody ends then', async () => {
    const pid = await start(['-e', parentOf(idle)]);
    const [family] = await eventually(leftovers, ([found]) => assert.equal(found?.pids.length, 2));
    assert.ok(family);
    const child = family.pids.find((each) => each !== pid) ?? assert.fail();
    const other = await start(['-e', `console.log(1); ${idle}`]);
    const found = await findFamilies(new Set(), new Set([child]));
    const heads = found.leftovers.filter(({ head }) => head.marker === marker).map(({ head }) => head.pid);
    assert.deepEqual(heads, [other]);
    await endFamily(family, new Set([child]));
    assert.equal(await endLeftovers(marker, new Set([child])), 1);
    assert.deepEqual([pid, child].map(isProcessAlive), [true, true]);
    assert.equal(await endLeftovers(marker, none), 2);
  });

  it('is named in the log when it cannot be ended, and is not counted', async () => {
    const pid = await start(['-e', `console.log(1); ${idle}`]);
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    const kill = Object.getOwnPropertyDescriptor(process, 'kill') ?? assert.fail();
    process.kill = () => {
      throw new Error('kill EPERM');
    };
    try {
      assert.equal(await endLeftovers(marker, none, log), 0);
    } finally {
      Object.defineProperty(process, 'kill', kill);
    }
    assert.deepEqual(warnings, [`Codex left processes that could not be ended: ${pid}`]);
    assert.equal(await endLeftovers(marker, none, log), 1);
    assert.equal(warnings.length, 1);
  });

  it('is the server, even if a foreign process was started below it', async () => {
    const server = await start(['-e', parentOf(idle), 'app-server']);
    const marked = (await listMarkedProcesses()).filter((each) => each.marker === marker);
    const child = marked.find(({ parent }) => parent === server)?.pid ?? assert.fail();
    assert.equal(await endLeftovers(marker, new Set([child])), 1);
    await eventually(leftovers, ([found]) => assert.equal(found?.head.pid, child));
  });

  it('is left alone while its server, whose window is gone, comes to its own end', async () => {
    const server = await start([
      '-e',
      `${parentOf(idle)}; setTimeout(() => process.exit(7), 500)`,
      'app-server',
    ]);
    const [child] = started;
    await endAbandoned([marker], () => Promise.resolve(none));
    assert.equal(isProcessAlive(server), false);
    assert.equal(child?.exitCode, 7);
    assert.deepEqual(
      await listMarkedProcesses().then((all) => all.filter((each) => each.marker === marker)),
      [],
    );
  });

  it('is ended with its server when that does not come to its end', async () => {
    const server = await start(['-e', parentOf(idle), 'app-server']);
    await endAbandoned([marker], () => Promise.resolve(none));
    assert.equal(isProcessAlive(server), false);
    assert.deepEqual(await leftovers(), []);
  });

  it('may be a server that has gone over to the manager of the session', async function () {
    if (process.platform !== 'linux') this.skip();
    // The name of the process says what it is, and it carries no mark.
    const manager = `process.title = 'systemd'; const env = { ...process.env, ${MARKER_VARIABLE}: '${marker}' };
      const { spawn } = require('child_process');
      const args = ['-e', ${JSON.stringify(idle)}, 'app-server'];
      console.log(spawn(process.execPath, args, { env, stdio: 'ignore' }).pid); ${idle}`;
    const pid = await start(['-e', manager], { [MARKER_VARIABLE]: '' });
    const [family] = await eventually(leftovers, (found) => assert.equal(found.length, 1));
    assert.deepEqual(family?.head.args.at(-1), 'app-server');
    assert.notEqual(family.head.pid, pid);
  });
});
