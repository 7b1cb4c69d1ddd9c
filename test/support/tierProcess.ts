import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { isRecord } from '../../src/base/record';
import { projectRoot } from './paths';

/** How many tests of one tier passed and failed. */
export interface TierCounts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a Node script in the checkout, its output on our terminal; true when it exits with 0. */
export async function runScript(script: string, args: readonly string[]): Promise<boolean> {
  return (await exitOf(start([script, ...args], false))) === 0;
}

/** Runs mochaFiles.ts and returns what it counted. A run that ends without a count is one failed test. */
export async function runTestFiles(args: readonly string[]): Promise<TierCounts> {
  const child = start(['--import', 'tsx', 'test/support/mochaFiles.ts', ...args], true);
  let counts: TierCounts | undefined;
  child.on('message', (message) => (counts = countsOf(message)));
  const code = await exitOf(child);
  if (counts !== undefined) return counts;
  console.log(`The tests ended without a result (exit code ${code ?? 'unknown'}).`);
  return { passed: 0, failed: 1 };
}

function start(args: readonly string[], isTalking: boolean): ChildProcess {
  const stdio = ['inherit', 'inherit', 'inherit', ...(isTalking ? (['ipc'] as const) : [])] as const;
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: [...stdio] });
  const onExit = (): void => void child.kill('SIGTERM');
  process.on('exit', onExit);
  child.on('exit', () => process.off('exit', onExit));
  return child;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
}

function countsOf(message: unknown): TierCounts | undefined {
  if (!isRecord(message)) return undefined;
  const { passed, failed } = message;
  return typeof passed === 'number' && typeof failed === 'number' ? { passed, failed } : undefined;
}
