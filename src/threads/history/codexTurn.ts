import { isRecord } from '../../base/record';
import { turnErrorMessage } from '../turnItem';
import { isActive } from '../thread';
import type { Thread } from '../thread';
import { closedItem, parseHistoryItem } from './historyItem';
import type { HistoryItem, ProgressStatus, Turn } from './turn';

/** A turn may be told this much later than its thread was marked (ms): codex counts in seconds. */
const CLOCK_SLACK_MS = 5_000;

/**
 * Checks a turn of codex's history (`thread/turns/list`, `thread/read`); undefined when it has no id. A turn
 * without an end is `unknown`: of one that another process runs codex says "interrupted".
 * @param isWhole its items are all there, although an older server does not say so
 */
export function parseCodexTurn(value: unknown, isWhole: boolean): Turn | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  const { id, startedAt, durationMs, error, itemsView } = value;
  const status = statusOf(value.status, typeof value.completedAt === 'number');
  const items = parseItems(value.items, status);
  return {
    id,
    status,
    prompt: promptOf(items),
    startedAt: typeof startedAt === 'number' ? startedAt * 1000 : undefined,
    durationMs: typeof durationMs === 'number' ? durationMs : undefined,
    error: turnErrorMessage(error),
    items,
    hasAllItems: isWhole || itemsView === 'full',
    plan: undefined,
  };
}

/** The items of a turn as its history has them; what has no id is left out. */
export function parseItems(value: unknown, turnStatus: ProgressStatus): HistoryItem[] {
  if (!Array.isArray(value)) return [];
  const items = new Map<string, HistoryItem>();
  for (const each of value as unknown[]) {
    const item = parseHistoryItem(each, true);
    if (item !== undefined) items.set(item.id, closedItem(item, turnStatus));
  }
  return [...items.values()];
}

/** The text that began a turn with these items. */
export function promptOf(items: readonly HistoryItem[]): string | undefined {
  return items.find((item) => item.kind === 'prompt')?.text;
}

/**
 * What became of a turn without an end: nobody is at it any more when a later one has begun, or when its thread
 * was marked as ended after it.
 */
export function settledTurn(turn: Turn, isNewest: boolean, thread: Thread | undefined): Turn {
  if (turn.status !== 'unknown') return turn;
  const { updatedAt } = thread ?? {};
  const isOver =
    thread !== undefined &&
    !isActive(thread) &&
    (turn.startedAt === undefined || updatedAt === undefined || turn.startedAt <= updatedAt + CLOCK_SLACK_MS);
  if (isNewest && !isOver) return turn;
  const items = turn.items.map((item): HistoryItem => {
    return item.status === 'unknown' ? { ...item, status: 'interrupted' } : item;
  });
  return { ...turn, status: 'interrupted', items };
}

function statusOf(status: unknown, isEnded: boolean): ProgressStatus {
  if (status === 'completed' || status === 'failed') return status;
  return status === 'interrupted' && isEnded ? 'interrupted' : 'unknown';
}
