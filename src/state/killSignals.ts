import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../base/userError';
import { tempNameFor, writeAtomically } from './atomicFile';
import { fileError, isMissing } from './fileErrors';
import { READ_AT_ONCE, requirePlainFile } from './plainFile';
import { isPid, isProcessAlive } from './processes';
import type { StateFolder } from './stateFolder';

/**
 * A file `kill-signals/<threadId>`: whoever runs a turn on that thread is to end it. Generation A leaves it
 * empty, B writes the pid it aims at, or `*` for any.
 */
export interface KillSignal {
  /** Without the blanks around it. */
  readonly content: string;
  readonly mtimeMs: number;
  /** Somebody made a folder of that name: a kill cannot be delivered, and none is meant. */
  readonly isDirectory: boolean;
}

/** A signal this old was meant for an earlier turn. */
const STALE_MS = 1000;

/** Reads the signal of a thread; undefined when there is none. Throws when it cannot be read. */
export async function readKillSignal(folder: StateFolder, threadId: string): Promise<KillSignal | undefined> {
  const signal = await readOnce(folder.killSignalFile(threadId));
  const mayBeHalfWritten =
    folder.layout === 'workspace' && signal?.content === '' && Date.now() - signal.mtimeMs < 1000;
  if (!mayBeHalfWritten) return signal;
  // Generation B creates the file and then writes into it; empty would mean "kill, whoever you are".
  await sleep(20);
  return await readOnce(folder.killSignalFile(threadId));
}

/** True when the signal tells the process `pid` to end its turn. */
export function isSignalFor(signal: KillSignal, pid: number): boolean {
  if (signal.isDirectory) return false;
  return signal.content === '' || signal.content === '*' || signal.content === String(pid);
}

/**
 * Tells the run of a thread to stop. Content: empty in the global folder; in a workspace the runner's pid, or
 * `*` when it is unknown. Appears in one step, because an empty first moment would reach every reader.
 */
export async function writeKillSignal(folder: StateFolder, threadId: string, content: string): Promise<void> {
  const file = folder.killSignalFile(threadId);
  await writeAtomically(file, content, { temp: tempNameFor(join(folder.path, 'kill-signal')) });
}

/** Removes the signal of a thread, whoever it is meant for. A folder in its place stays. */
export async function removeKillSignal(folder: StateFolder, threadId: string): Promise<void> {
  const file = folder.killSignalFile(threadId);
  try {
    await unlink(file);
  } catch (error) {
    const isFolder = ['EISDIR', 'EPERM'].includes(errorCode(error) ?? '');
    if (!isMissing(error) && !isFolder) throw fileError(error, 'write', file);
  }
}

/** Removes the signal if it is meant for `pid`. One for another process is that one's affair. */
export async function removeOwnKillSignal(folder: StateFolder, threadId: string, pid: number): Promise<void> {
  const signal = await readKillSignal(folder, threadId);
  if (signal !== undefined && isSignalFor(signal, pid)) await removeKillSignal(folder, threadId);
}

/**
 * At the start of a turn: removes a signal that was meant for an earlier one. A younger one (a second, or
 * from the future) stays and ends the new turn; one for another live process stays in any case.
 */
export async function clearStaleKillSignal(
  folder: StateFolder,
  threadId: string,
  ownPid: number,
  now: Date,
): Promise<void> {
  const signal = await readKillSignal(folder, threadId);
  if (signal === undefined || signal.isDirectory || now.getTime() - signal.mtimeMs <= STALE_MS) return;
  const target = Number(signal.content);
  const isOthers = isPid(target) && target !== ownPid && isProcessAlive(target);
  if (!isOthers) await removeKillSignal(folder, threadId);
}

async function readOnce(file: string): Promise<KillSignal | undefined> {
  try {
    const handle = await open(file, READ_AT_ONCE);
    try {
      const stats = await handle.stat();
      const isDirectory = stats.isDirectory();
      if (!isDirectory) requirePlainFile(stats, file);
      const content = isDirectory ? '' : (await handle.readFile('utf8')).trim();
      return { content, mtimeMs: stats.mtimeMs, isDirectory };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError(error, 'read', file);
  }
}
