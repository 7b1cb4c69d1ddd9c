import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '../../src/base/userError';

/** A living process. */
export interface RunningProcess {
  readonly pid: number;
  /** Its arguments, joined with blanks. */
  readonly command: string;
}

/**
 * The processes, other than this one, whose environment or command line mentions a folder. Linux only, from
 * /proc; those of other users and those that have ended but were not collected yet are not seen.
 */
export async function processesOf(home: string): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => processMentioning(pid, home)));
  return found.filter((entry) => entry !== undefined);
}

/** Fails with the list of processes when some still mention `home` after `timeoutMs`. */
export async function assertNoProcessOf(home: string, timeoutMs = 5000): Promise<void> {
  let left: RunningProcess[] = [];
  const isQuiet = async (): Promise<boolean> => (left = await processesOf(home)).length === 0;
  await waitUntil(isQuiet, { timeoutMs, what: `no process of ${home}` }).catch((error: unknown) => {
    if (left.length === 0) throw error;
    const lines = left.map(({ pid, command }) => `  ${pid} ${command}`);
    assert.fail(`Still running after ${timeoutMs} ms:\n${lines.join('\n')}`);
  });
}

/**
 * Polls until the condition gives something other than undefined, null and false, and returns that.
 * A condition that throws counts as not met; its last error is part of the failure.
 * @param options.what completes "Waited N ms for …"
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: { timeoutMs: number; what: string },
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await condition();
      if (isMet(value)) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) {
      const why = cause === undefined ? '' : ` Last error: ${errorText(cause)}`;
      throw new Error(`Waited ${options.timeoutMs} ms for ${options.what}.${why}`, { cause });
    }
    await delay(20);
  }
}

function isMet<T>(value: T): value is Exclude<T, undefined | null | false> {
  return value !== undefined && value !== null && value !== false;
}

async function processMentioning(pid: number, home: string): Promise<RunningProcess | undefined> {
  if (pid === process.pid) return undefined;
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    if (command.includes(home)) return { pid, command };
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    return environment.includes(home) ? { pid, command } : undefined;
  } catch {
    return undefined; // it has ended since, or belongs to somebody else
  }
}
