import { endedFields } from './entryNote';
import { judgeOwner, readPidFile, removeDeadPidFile } from './pidFiles';
import type { StateFolder } from './stateFolder';
import { updateIndex } from './threadIndex';

/**
 * The last write of a kill, after the owner had its time: sets the thread to `interrupted` only if it still
 * says `running` and its pid file still names the process that was told to stop, or one that is dead, or is
 * missing. So a run that began meanwhile is left alone. True when it was written.
 */
export async function interruptIfStillRunning(
  folder: StateFolder,
  shortId: string,
  threadId: string,
  targetPid: number | undefined,
): Promise<boolean> {
  const isWritten = await updateIndex(folder, async (draft) => {
    const entry = draft.get(shortId);
    if (entry?.lastStatus !== 'running' || entry.threadId !== threadId) return false;
    const reading = await readPidFile(folder, shortId);
    const isTarget = reading.kind === 'pid' && reading.pid === targetPid;
    const isGone = reading.kind === 'missing' || (await judgeOwner(reading)).kind === 'dead';
    if (!isTarget && !isGone) return false;
    return draft.patch(shortId, endedFields('interrupted', new Date(), 'killed'));
  });
  if (isWritten) await removeDeadPidFile(folder, shortId);
  return isWritten;
}
