import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from './fileErrors';
import { removeKillSignal } from './killSignals';
import { listRunIds, readRunRecord } from './runRecords';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';

/**
 * Removes all that one folder holds of a thread: index entry, pid file, logs, run records and what a detached
 * run of the CLI has printed, and the kill signal. The entry goes first: a runner that still lives looks for
 * it before each of its last writes. What cannot be removed does not keep the rest; the first failure is
 * thrown at the end, as a `UserError`.
 */
export async function removeThreadFiles(
  folder: StateFolder,
  shortId: string,
  threadId: string,
): Promise<void> {
  await updateIndex(folder, (draft) => {
    if (draft.get(shortId)?.threadId === threadId) draft.delete(shortId);
  });
  await removeRemains(folder, shortId, threadId);
}

/**
 * The same without the entry, which is gone already. `runIds` names the runs that may be the thread's, so that
 * who removes many threads looks through the records once; all of them by default.
 */
export async function removeRemains(
  folder: StateFolder,
  shortId: string,
  threadId: string,
  runIds?: readonly string[],
): Promise<void> {
  const results = await Promise.allSettled([
    remove(folder.pidFile(shortId)),
    removeRecords(folder, shortId, threadId, runIds),
    // The last one may be a folder of logs.
    ...folder.logPaths(shortId).map((path) => remove(path, { recursive: true })),
    removeKillSignal(folder, threadId),
  ]);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

async function removeRecords(
  folder: StateFolder,
  shortId: string,
  threadId: string,
  runIds: readonly string[] | undefined,
): Promise<void> {
  for (const runId of runIds ?? (await listRunIds(folder))) {
    const reading = await readRunRecord(folder, runId);
    if (reading.kind !== 'ok') continue;
    if (reading.record.shortId !== shortId || reading.record.threadId !== threadId) continue;
    await remove(folder.runRecordFile(runId));
    await remove(join(folder.logsDir, `detached-${runId}.log`));
  }
}

async function remove(path: string, options: { recursive?: boolean } = {}): Promise<void> {
  try {
    await rm(path, { force: true, ...options });
  } catch (error) {
    throw fileError(error, 'write', path);
  }
}
