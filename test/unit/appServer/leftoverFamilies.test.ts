import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { endFamily, findFamilies, type LeftoverFamily } from '../../../src/appServer/leftoverFamilies';
import { MARKER_VARIABLE } from '../../../src/appServer/leftoverProcesses';
import { isProcessAlive } from '../../../src/state/processes';
import { eventually } from '../../support/eventually';

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
    (await findFamilies(new Set())).leftovers.filter(({ head }) => head.marker === marker);
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
    assert.equal(await endFamily(family), true);
    assert.deepEqual(await leftovers(), []);
  });

  it('does not listen to SIGTERM, and is ended all the same', async () => {
    await start(['-e', `process.on('SIGTERM', () => {}); console.log(1); ${idle}`]);
    const [family] = await leftovers();
    assert.equal(await endFamily(family ?? assert.fail()), true);
    assert.deepEqual(await leftovers(), []);
  });

  it('is nothing that a server still has below it, until that one ends', async () => {
    const server = await start(['-e', parentOf(idle), 'app-server']);
    const { servers } = await findFamilies(new Set());
    assert.ok(servers.some(({ pid }) => pid === server));
    assert.deepEqual(await leftovers(), []);
    started[0]?.kill('SIGKILL');
    const [family] = await eventually(leftovers, (found) => assert.equal(found.length, 1));
    assert.notEqual(family?.head.pid, server);
    assert.equal(await endFamily(family ?? assert.fail()), true);
  });

  it('is nothing of a server that is known to live, whatever its program is called', async () => {
    await start(['-e', `console.log(1); ${idle}`]);
    const { leftovers: found } = await findFamilies(new Set([marker]));
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
    assert.equal(await endFamily({ ...family, pids: [foreign, unmarked] }), true);
    assert.deepEqual([isProcessAlive(foreign), isProcessAlive(unmarked)], [true, true]);
    assert.equal((await leftovers()).length, 1);
  });
});
