import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLogin } from '../../../src/appServer/account';
import { AppServer } from '../../../src/appServer/appServer';
import { type CodexBinary, findCodex } from '../../../src/appServer/codexBinary';
import { isUnknownMethod } from '../../../src/appServer/requestError';
import { silentLog } from '../../../src/base/log';
import { removeFolder } from '../../support/removeFolder';
import { isAlive } from './startFake';

const installed = fileURLToPath(new URL('../../../node_modules/.bin/codex', import.meta.url));

/** A model provider that nobody listens for: nothing here may reach the network. */
const config = `
model_provider = "dead"
[model_providers.dead]
name = "dead"
base_url = "http://127.0.0.1:9/v1"
wire_api = "responses"
`;

describe('The real codex', () => {
  let home: string;
  let codex: CodexBinary;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'codex-real-'));
    await mkdir(join(home, '.codex'));
    const { platform } = process;
    const lookup = { configuredPath: installed, env: process.env, platform, homeDir: homedir() };
    const found = await findCodex(lookup);
    assert.ok(found.kind === 'found');
    codex = found.binary;
  });
  after(() => removeFolder(home));

  const start = (): Promise<AppServer> => {
    const env = { ...process.env, HOME: home, CODEX_HOME: join(home, '.codex') };
    return AppServer.start({ codex, cwd: home, env, clientVersion: '0.1.0', log: silentLog });
  };

  it('is run without npm’s launcher', () => {
    assert.match(codex.command, /[\\/]vendor[\\/].*[\\/]codex(\.exe)?$/);
    assert.deepEqual(codex.args, []);
  });

  it('says that nobody is logged in, and does not know methods that do not exist', async () => {
    const server = await start();
    try {
      assert.match(server.version ?? '', /^\d+\.\d+\.\d+/);
      assert.equal(await readLogin(server), 'loggedOut');
      const none = 'galaxy/explode' as 'thread/read';
      await assert.rejects(server.request(none, { threadId: '' }), isUnknownMethod);
    } finally {
      assert.deepEqual(await server.stop(), { kind: 'stopped' });
    }
    assert.ok(!isAlive(server.pid));
  });

  it('starts a thread with a provider of the user’s own, and is gone after stop', async () => {
    await writeFile(join(home, '.codex', 'config.toml'), config);
    const server = await start();
    try {
      assert.equal(await readLogin(server), 'notNeeded');
      const announced = new Promise<string>((resolve) => {
        server.onNotification((notification) => {
          if (notification.method === 'thread/started') resolve(notification.params.thread.id);
        });
      });
      const { thread } = await server.request('thread/start', { cwd: home, sandbox: 'read-only' });
      assert.equal(await announced, thread.id);
      assert.deepEqual(thread.status, { type: 'idle' });
      assert.equal(thread.modelProvider, 'dead');
    } finally {
      assert.deepEqual(await server.stop(), { kind: 'stopped' });
    }
    assert.ok(!isAlive(server.pid));
  });
});
