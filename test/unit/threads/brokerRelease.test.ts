import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../../../src/base/userError';
import { releaseBroker } from '../../../src/threads/brokerRelease';
import { createTemporaryFolder } from '../../support/temporaryFolder';
import type { TemporaryFolder } from '../../support/temporaryFolder';

const close = 'close';
/** Fields of a message, or the end of the connection. */
type Answer = Record<string, unknown> | typeof close;

describe("the request to the CLI's broker to let go", () => {
  let temporary: TemporaryFolder;
  let folder: string;
  let server: Server | undefined;
  let asked: unknown[];
  beforeEach(async () => {
    temporary = await createTemporaryFolder('broker-');
    folder = temporary.path;
    asked = [];
  });
  afterEach(async () => {
    server?.close();
    server = undefined;
    await temporary.remove();
  });

  /** A broker that gives these answers in turn. */
  const given = async (...answers: Answer[]): Promise<void> => {
    server = createServer((socket) => {
      const left = [...answers];
      createInterface({ input: socket }).on('line', (line) => {
        const { id, method } = JSON.parse(line) as Record<string, unknown>;
        asked.push(method);
        const answer = left.shift() ?? close;
        if (answer === close) socket.end();
        else socket.write(`${JSON.stringify({ id, ...answer })}\n`);
      });
    });
    const cwd = process.cwd();
    process.chdir(folder); // the address of a socket may not be long
    server.listen('broker.sock');
    process.chdir(cwd);
    await once(server, 'listening');
  };
  const release = (): Promise<string> =>
    releaseBroker({ socket: join(folder, 'broker.sock'), pid: 4711, version: '0.3.1' });
  const assertRefused = (pattern: RegExp): Promise<void> =>
    assert.rejects(release, (error: unknown) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, /process 4711/);
      assert.match(error.message, pattern);
      return true;
    });
  const idle = { result: { userAgent: 'codex-collab-broker', busy: false } };

  it('ends an idle one', async () => {
    await given(idle, { result: {} });
    assert.equal(await release(), 'released');
    assert.deepEqual(asked, ['initialize', 'broker/shutdown']);
  });

  it('reaches one whose path is too long for the address of a socket', async () => {
    folder = join(temporary.path, 'x'.repeat(120));
    await mkdir(folder);
    const before = await readdir(tmpdir());
    await given(idle, { result: {} });
    assert.equal(await release(), 'released');
    const isNew = (name: string): boolean => name.startsWith('codex-socket-') && !before.includes(name);
    assert.deepEqual((await readdir(tmpdir())).filter(isNew), []);
  });

  it('is not made while it runs a turn', async () => {
    await given({ result: { userAgent: 'codex-collab-broker', busy: true } });
    assert.equal(await release(), 'busy');
    assert.deepEqual(asked, ['initialize']);
  });

  it('is not granted when it was made at the moment at which a turn began', async () => {
    await given(idle, { error: { code: -32001, message: 'Shared Codex broker is busy.' } });
    assert.equal(await release(), 'busy');
  });

  it('is not made to one of which it cannot be told whether it runs a turn', async () => {
    await given({ result: { userAgent: 'something else' } });
    await assertRefused(/not understood/);
    assert.deepEqual(asked, ['initialize']);
  });

  it('says so when it is refused', async () => {
    await given(idle, { error: { code: -32601, message: 'Method not found' } });
    await assertRefused(/refused/);
  });

  it('says so when the connection ends', async () => {
    await given(close);
    await assertRefused(/closed the connection/);
  });

  it('says so when nobody is there', () => assertRefused(/ENOENT/));
});
