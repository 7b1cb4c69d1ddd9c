import { removeApprovalsOfRun } from './approvalFiles';
import { endedFields } from './entryNote';
import { isOwnSession } from './ownSession';
import { judgeOwner, readPidFile, removePidFileIfOurs } from './pidFiles';
import { terminalFields } from './runOutcome';
import { patchRunRecord, readRunRecord } from './runRecords';
import type { StateFolder } from './stateFolder';
import { readIndex, updateIndex } from './threadIndex';

/** A run of this extension whose process is gone. */
export interface LostRun {
  readonly shortId: string;
  readonly threadId: string;
  readonly runId: string;
  readonly pid: number;
}

/**
 * Writes the end of a lost run where nobody has written one yet: index, run record, pid file, approvals. A newer
 * run of the same thread, deleted files and terminal statuses stay as they are. True when something was written.
 */
export async function repairLostRun(folder: StateFolder, run: LostRun, reason: string): Promise<boolean> {
  const isIndexed = await endLostEntry(folder, run, reason);
  const isRecorded = await endLostRecord(folder, run.runId, reason);
  await removePidFileIfOurs(folder, run.shortId, run.pid);
  await removeApprovalsOfRun(folder, run.runId);
  return isIndexed || isRecorded;
}

async function endLostEntry(folder: StateFolder, run: LostRun, reason: string): Promise<boolean> {
  // Its lock cannot be had in a folder that was deleted, and there is nothing to repair.
  if ((await readIndex(folder)).kind === 'missing') return false;
  return await updateIndex(folder, async (draft) => {
    const entry = draft.get(run.shortId);
    if (entry?.lastStatus !== 'running' || entry.threadId !== run.threadId) return false;
    const reading = await readPidFile(folder, run.shortId);
    const isNewer = reading.kind === 'pid' && reading.pid !== run.pid;
    if (isNewer && (await judgeOwner(reading)).kind === 'alive') return false;
    return draft.patch(run.shortId, endedFields('interrupted', new Date(), reason));
  });
}

/**
 * Ends the record of a lost run of this extension, of whichever window. Records of the CLI's runs are left
 * alone: only a runner writes its own. True when it was written.
 */
export async function endLostRecord(folder: StateFolder, runId: string, reason: string): Promise<boolean> {
  if (folder.layout === 'global') return false;
  const reading = await readRunRecord(folder, runId);
  if (reading.kind !== 'ok') return false;
  const { status, sessionId, startedAt } = reading.record;
  if (status !== 'running' || !isOwnSession(sessionId)) return false;
  const [from, now] = [new Date(startedAt ?? Date.now()), new Date()];
  const outcome = {
    status: 'interrupted',
    output: '',
    error: reason,
    filesChanged: [],
    commandsRun: [],
  } as const;
  return await patchRunRecord(folder, runId, terminalFields(outcome, from, now));
}
