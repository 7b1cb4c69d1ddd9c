import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppServer, type AppServerOptions } from '../../../src/appServer/appServer';
import type { CodexBinary } from '../../../src/appServer/codexBinary';
import { type Remedy, UserError } from '../../../src/base/userError';
import { fakeOptions } from './startFake';

const node = process.execPath;

describe('AppServer.start, when it fails', () => {
  let scratch: string;
  beforeEach(async () => (scratch = await mkdtemp(join(tmpdir(), 'codex-start-'))));
  afterEach(async () => {
    await rm(scratch, { recursive: true });
    assert.deepEqual(await children(), [], 'no process is left');
  });

  const program = (command: string): CodexBinary => ({ command, args: [], source: 'setting' });

  it('says that codex is not there', async () => {
    const codex = program(join(scratch, 'codex'));
    await fails(
      fakeOptions('', { codex }),
      `Codex was not found at ${codex.command}. Install it, or set its path.`,
      ['setCodexPath', 'installCodex'],
    );
  });

  it('says that codex may not be executed', async () => {
    const codex = program(join(scratch, 'codex'));
    await writeFile(codex.command, '#!/bin/sh\n', { mode: 0o644 });
    const message = `${codex.command} may not be executed. Check its permissions, or set another path.`;
    await fails(fakeOptions('', { codex }), message, ['setCodexPath']);
  });

  it('says that the folder is gone', async () => {
    const cwd = join(scratch, 'gone');
    await fails(fakeOptions('answersNothing', { cwd }), `The folder ${cwd} does not exist.`, []);
  });

  it('asks whether it is codex when another program prints something and ends', () =>
    fails(fakeOptions('printsText'), `Codex could not start: codex exited (code 0). Is ${node} codex?`, [
      'setCodexPath',
    ]));

  it('says that codex is too old when it has no app-server', () =>
    fails(
      fakeOptions('hasNoAppServer'),
      `The codex at ${node} is too old: it has no app-server. Update it.`,
      ['installCodex', 'setCodexPath'],
    ));

  it('tells the last line of stderr when codex dies at the start', () =>
    fails(
      fakeOptions('diesAtStart'),
      'Codex could not start: codex exited (code 3): Error: no space left on device.',
      ['setCodexPath'],
    ));

  it('says so when the handshake is refused', () =>
    fails(
      fakeOptions('refusesHandshake'),
      `${node} is not the app-server of codex: it answered "what is that?".`,
      ['setCodexPath', 'installCodex'],
    ));

  it('says so when the answer to the handshake is not codex’s', () =>
    fails(
      fakeOptions('hasNoUserAgent'),
      `${node} was started but is not ready: Its answer to "initialize" has no user agent. Is it codex?`,
      ['setCodexPath'],
    ));

  for (const behaviour of ['hangsInHandshake', 'hangsInHandshakeForGood']) {
    it(`ends a program that never answers the handshake (${behaviour})`, () =>
      fails(
        fakeOptions(behaviour, { handshakeTimeoutMs: 300 }),
        `${node} was started but is not ready: Codex did not answer initialize within 0.3 s. Is it codex?`,
        ['setCodexPath'],
      ));
  }
});

describe('The module of AppServer', () => {
  it('does not load the JSON-RPC library before an app-server is started', async () => {
    const loadsLibrary = async (module: string): Promise<string> => {
      const url = new URL(`../../../src/appServer/${module}.ts`, import.meta.url).href;
      const script = `
        import { createRequire } from 'node:module';
        await import(${JSON.stringify(url)});
        const loaded = Object.keys(createRequire(import.meta.url).cache);
        console.log(loaded.some((file) => file.includes('vscode-jsonrpc')));`;
      const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
      return (await promisify(execFile)(node, args)).stdout.trim();
    };
    assert.equal(await loadsLibrary('appServer'), 'false');
    assert.equal(await loadsLibrary('connection'), 'true');
  });
});

async function fails(
  options: AppServerOptions,
  message: string,
  remedies: readonly Remedy['kind'][],
): Promise<void> {
  await assert.rejects(AppServer.start(options), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.message, message);
    assert.deepEqual(
      error.remedies.map((remedy) => remedy.kind),
      remedies,
    );
    return true;
  });
}

/** The command lines of the fakes that this process has for children. */
async function children(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'ppid=,args=']);
  const own = new RegExp(`^\\s*${process.pid}\\s.*fakeAppServer`);
  return stdout.split('\n').filter((line) => own.test(line));
}
