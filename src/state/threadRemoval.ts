import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, isMissing } from './fileErrors';
import { removeKillSignal } from './killSignals';
import { listRunRecords } from './runRecords';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';

/**
 * Removes all that one folder holds of a thread: index entry, pid file, logs, run records and what a detached
 * run of the CLI has printed, and the kill signal. The entry goes first: a runner that still lives looks for
 * it before each of its last writes. Throws a `UserError` for what cannot be removed.
 */
export async function removeThreadFiles(
  folder: StateFolder,
  shortId: string,
  threadId: string,
): Promise<void> {
  await updateIndex(folder, (draft) => {
    if (draft.get(shortId)?.threadId === threadId) draft.delete(shortId);
  });
  await remove(folder.pidFile(shortId));
  await removeRecords(folder, shortId, threadId);
  for (const path of folder.logPaths(shortId)) await remove(path);
  await removeKillSignal(folder, threadId);
}

async function removeRecords(folder: StateFolder, shortId: string, threadId: string): Promise<void> {
  if (folder.runsDir === undefined) return;
  const { records } = await listRunRecords(folder);
  for (const record of records) {
    if (record.shortId !== shortId || record.threadId !== threadId) continue;
    await remove(folder.runRecordFile(record.runId));
    await remove(join(folder.logsDir, `detached-${record.runId}.log`));
  }
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, 'write', path);
  }
}
