import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppServer } from '../../../src/appServer/appServer';
import { ServerGuard } from '../../../src/appServer/serverGuard';
import { silentLog } from '../../../src/base/log';
import { eventually } from '../../support/eventually';
import { waitUntil } from '../../support/processes';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporaryFolder';
import { fakeOptions, isAlive, withFake } from './startFake';

describe('the guard of app-servers', () => {
  let folder: TemporaryFolder;
  let guard: ServerGuard;
  beforeEach(async () => {
    folder = await createTemporaryFolder('guard-');
    guard = guardOf(`echo "$ELECTRON_RUN_AS_NODE $@" > '${join(folder.path, 'told')}'`);
  });
  afterEach(async () => {
    guard.dispose();
    await folder.remove();
  });

  /** One that runs `script` instead of the program that ends processes. */
  const guardOf = (script: string): ServerGuard =>
    new ServerGuard(['/bin/sh', '-c', script, 'program'], silentLog);
  const guardPid = (): number => guard.pid ?? assert.fail('no guard');
  const told = (): Promise<string> => readFile(join(folder.path, 'told'), 'utf8');
  const tells = (text: string): Promise<unknown> =>
    eventually(told, (found) => assert.equal(found, `1 ${text}\n`));
  const ended = (pid: number): Promise<unknown> =>
    waitUntil(() => !isAlive(pid), { timeoutMs: 5_000, what: 'the guard to end' });
  /** It has gone of itself, and ended nothing. */
  const toldNothing = async (pid: number): Promise<void> => {
    assert.equal(guard.pid, undefined);
    await ended(pid);
    await assert.rejects(told, { code: 'ENOENT' });
  };

  it('is told of those that are under way when its window goes', async () => {
    guard.watch('a');
    guard.watch('b').dispose();
    guard.watch('c');
    guard.dispose();
    await tells('a c');
  });

  it('is a process while there are any, and another one for those that come later', async () => {
    assert.equal(guard.pid, undefined);
    const [first, second] = [guard.watch('a'), guard.watch('b')];
    const pid = guardPid();
    first.dispose();
    assert.equal(guardPid(), pid);
    second.dispose();
    await toldNothing(pid);
    guard.watch('c');
    guard.dispose();
    await tells('c');
  });

  it('is replaced when somebody has ended it', async () => {
    guard.watch('a');
    guard.watch('b');
    const pid = guardPid();
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => guard.pid === undefined, { timeoutMs: 5_000, what: 'the end to be noticed' });
    guard.watch('c');
    assert.notEqual(guard.pid, pid);
    guard.dispose();
    await tells('a b c');
  });

  it('hears nothing that is said after its window has gone', async () => {
    const watched = guard.watch('a');
    guard.dispose();
    watched.dispose();
    guard.watch('b');
    await tells('a');
  });

  it('knows an app-server from before its start until its end', async () => {
    let pid = 0;
    const look = (): Promise<void> => Promise.resolve(void (pid = guardPid()));
    await withFake('answersNothing', look, { guard });
    await toldNothing(pid);
  });

  it('knows nothing of an app-server that could not be started', async () => {
    const [missing, file] = [join(folder.path, 'missing'), import.meta.filename];
    const codex = { command: missing, args: [], source: 'setting' } as const;
    for (const fault of [{ codex }, { cwd: missing }, { cwd: file }]) {
      await assert.rejects(AppServer.start({ ...fakeOptions('answersNothing'), ...fault, guard }));
      assert.equal(guard.pid, undefined);
    }
  });

  it('is told of an app-server that runs', () =>
    withFake(
      'answersNothing',
      async (server) => {
        guard.dispose();
        await tells(server.marker);
      },
      { guard },
    ));
});
