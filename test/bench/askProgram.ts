import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { outFolder, projectRoot } from '../support/paths';

/**
 * Runs a program of `programs/` in a process of its own, fresh, with `gc()` and without the loader that
 * translates TypeScript, and returns the one message that it sends.
 * @throws Error when it ends without one
 */
export async function askProgram(name: string, ...args: string[]): Promise<unknown> {
  const child = fork(await bundleOf(name), args, { execArgv: ['--expose-gc'] });
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

async function bundleOf(name: string): Promise<string> {
  const outfile = join(outFolder, 'bench', `${name}.mjs`);
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [join(import.meta.dirname, 'programs', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  return outfile;
}
