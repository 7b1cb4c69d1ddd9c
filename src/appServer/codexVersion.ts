import { execFile } from 'node:child_process';
import { environmentOfChild } from './appServerProcess';
import type { CodexBinary } from './codexBinary';

/** `codex --version` prints one line. */
const MAX_OUTPUT_BYTES = 64 * 1024;

export interface VersionQuestion {
  readonly codex: Pick<CodexBinary, 'command' | 'args'>;
  /** An existing folder. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** After it the program is killed. */
  readonly timeoutMs: number;
}

/** What `codex --version` says, as `0.169.0`; undefined when it says nothing like that in time. Never rejects. */
export async function readCodexVersion(question: VersionQuestion): Promise<string | undefined> {
  const { codex, cwd, env, timeoutMs } = question;
  const options = {
    cwd,
    env: environmentOfChild(env),
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
  } as const;
  return await new Promise((resolve) => {
    const child = execFile(codex.command, [...codex.args, '--version'], options, (error, stdout) => {
      resolve(error === null ? /^codex\S* (\d+\.\d+\.\d+\S*)$/m.exec(stdout)?.[1] : undefined);
    });
    child.stdin?.on('error', () => undefined).end(); // a program that reads it is not to wait for more
  });
}
