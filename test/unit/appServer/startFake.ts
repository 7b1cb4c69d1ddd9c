import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../../src/base/log';
import { AppServer, type AppServerOptions } from '../../../src/appServer/appServer';
import type { CodexBinary } from '../../../src/appServer/codexBinary';

const fake = fileURLToPath(new URL('../../support/fakes/fakeAppServer.mjs', import.meta.url));

/** A codex that behaves as the named entry of `fakeAppServer.mjs`. */
export function fakeCodex(behaviour: string, ...args: string[]): CodexBinary {
  return { command: process.execPath, args: [fake, behaviour, ...args], source: 'setting' };
}

/** Options for starting it; no test waits for a grace time in vain. */
export function fakeOptions(behaviour: string, more: Partial<AppServerOptions> = {}): AppServerOptions {
  return {
    codex: fakeCodex(behaviour),
    cwd: tmpdir(),
    clientVersion: '0.1.0',
    log: recordingLog().log,
    ...more,
  };
}

/** Runs `use` with a started fake and stops it whatever happens. */
export async function withFake(
  behaviour: string,
  use: (server: AppServer) => Promise<void>,
  more: Partial<AppServerOptions> = {},
): Promise<void> {
  const server = await AppServer.start(fakeOptions(behaviour, more));
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

/** A log whose lines a test can read, as `level text`. */
export function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const log = {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
  return { log, lines };
}

/** True while a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
