import { listRunRecords } from '../../state/runRecords';
import type { RunRecord } from '../../state/runRecords';
import type { SharedState } from '../../state/sharedState';
import type { ProgressStatus, Turn } from '../history/turn';
import { parseFileEdits } from '../turnItem';

/**
 * The runs of a thread that are noted in `runs/`, by generation B of the CLI or by us, as turns that hold
 * nothing but what they changed; oldest first. A record has its own id, not that of codex's turn.
 */
export async function recordedTurns(
  state: Pick<SharedState, 'threadsOnDisk'>,
  threadId: string,
): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const { folder } of state.threadsOnDisk(threadId)) {
    const { records } = await listRunRecords(folder);
    turns.push(...records.filter((record) => record.threadId === threadId).map(turnOf));
  }
  return turns;
}

function turnOf({ runId, status, prompt, startedAt, error, raw }: RunRecord): Turn {
  const began = Date.parse(startedAt ?? '');
  return {
    id: runId,
    status: statusOf(status),
    prompt,
    startedAt: Number.isNaN(began) ? undefined : began,
    durationMs: undefined,
    error,
    items: [
      { id: runId, kind: 'fileChange', status: 'completed', changes: parseFileEdits(raw.filesChanged) },
    ],
    hasAllItems: true,
    plan: undefined,
  };
}

function statusOf(status: string | undefined): ProgressStatus {
  switch (status) {
    case 'completed':
    case 'failed':
    case 'interrupted':
      return status;
    default:
      return 'unknown';
  }
}
