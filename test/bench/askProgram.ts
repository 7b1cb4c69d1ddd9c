import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Runs a program of `programs/` in a process of its own, fresh and with `gc()`, and returns the one message
 * that it sends.
 * @throws Error when it ends without one
 */
export async function askProgram(name: string, ...args: string[]): Promise<unknown> {
  const program = join(import.meta.dirname, 'programs', name);
  const child = fork(program, args, { execArgv: ['--expose-gc', '--import', 'tsx'] });
  const exit = once(child, 'exit');
  const answer = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => message),
    exit.then(([code]: unknown[]) => {
      throw new Error(`${name} ended with ${String(code)} and no answer.`);
    }),
  ]);
  child.disconnect();
  await exit;
  return answer;
}
