import { open, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAtomically } from './atomicFile';
import { fileError, isMissing } from './fileErrors';
import { READ_AT_ONCE, requirePlainFile } from './plainFile';
import { isPid, isProcessSince } from './processes';
import { removeFile } from './removeFile';
import type { StateFolder } from './stateFolder';

/** What `pids/<shortId>` says. The file holds the decimal id of the process that runs the thread's turn. */
export type PidReading =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly error: unknown }
  /** Empty, not a number, zero or negative. */
  | { readonly kind: 'invalid'; readonly text: string }
  /** `pid` is above zero; it may still be no integer or too large, as nobody promises what stands there. */
  | { readonly kind: 'pid'; readonly pid: number; readonly writtenAtMs: number };

/** Whether the process that runs a thread's turn still exists. */
export type OwnerVerdict = { readonly kind: 'alive'; readonly pid?: number } | { readonly kind: 'dead' };

/** Reads a pid file. Throws only on an unsafe id. */
export async function readPidFile(folder: StateFolder, shortId: string): Promise<PidReading> {
  const file = folder.pidFile(shortId);
  const reading = await readOnce(file);
  if (reading.kind !== 'invalid' || !reading.mayBeHalfWritten) return reading;
  await sleep(50);
  return await readOnce(file);
}

/**
 * Judges as the CLI does, so that both agree: a missing or unreadable file and a number that cannot be a pid
 * mean alive, text that is no number means dead. Beyond the CLI: a process that is a zombie, or that began
 * after the file was written and so merely got the number of the real owner, is dead.
 */
export async function judgeOwner(reading: PidReading): Promise<OwnerVerdict> {
  if (reading.kind === 'invalid') return { kind: 'dead' };
  if (reading.kind !== 'pid' || !isPid(reading.pid)) return { kind: 'alive' };
  const isOwner = await isProcessSince(reading.pid, reading.writtenAtMs);
  return isOwner ? { kind: 'alive', pid: reading.pid } : { kind: 'dead' };
}

/** Writes the pid of something that dies with the run: the run's app-server, never the extension host. */
export async function writePidFile(folder: StateFolder, shortId: string, pid: number): Promise<void> {
  await writeAtomically(folder.pidFile(shortId), String(pid));
}

/** Removes the file if it still holds `pid`; true when it did. A newer run's file stays. */
export async function removePidFileIfOurs(
  folder: StateFolder,
  shortId: string,
  pid: number,
): Promise<boolean> {
  const reading = await readPidFile(folder, shortId);
  return reading.kind === 'pid' && reading.pid === pid && (await removeFile(folder.pidFile(shortId)));
}

/** Reads again, and removes the file only if its owner is dead; true when it did. */
export async function removeDeadPidFile(folder: StateFolder, shortId: string): Promise<boolean> {
  const verdict = await judgeOwner(await readPidFile(folder, shortId));
  return verdict.kind === 'dead' && (await removeFile(folder.pidFile(shortId)));
}

/** Makes the file look new: the CLI's `clean` removes those older than a day, of live runs too. */
export async function touchPidFile(folder: StateFolder, shortId: string): Promise<void> {
  const now = new Date();
  const file = folder.pidFile(shortId);
  try {
    await utimes(file, now, now);
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, 'write', file);
  }
}

type Once = Exclude<PidReading, { kind: 'invalid' }> | (InvalidReading & { mayBeHalfWritten: boolean });
type InvalidReading = Extract<PidReading, { kind: 'invalid' }>;

async function readOnce(file: string): Promise<Once> {
  try {
    const handle = await open(file, READ_AT_ONCE);
    try {
      requirePlainFile(await handle.stat(), file);
      const text = (await handle.readFile('utf8')).trim();
      const { mtimeMs } = await handle.stat();
      const pid = text === '' ? NaN : Number(text);
      if (pid > 0) return { kind: 'pid', pid, writtenAtMs: mtimeMs };
      // The CLI creates the file and then writes it.
      return { kind: 'invalid', text, mayBeHalfWritten: text === '' && Date.now() - mtimeMs < 1000 };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return isMissing(error) ? { kind: 'missing' } : { kind: 'unreadable', error };
  }
}
