import { turnTotals } from '../threads/changes/changedFiles';
import type { HistoryItem, Turn } from '../threads/history/turn';
import { MAX_SHOWN_OUTPUT } from '../transcript/messages';
import type { TranscriptItem, TranscriptTurn } from '../transcript/messages';

/** A turn as the page gets it. `isWhole`: whether the page has asked for all of that item's output. */
export function transcriptTurn(turn: Turn, isWhole: (itemId: string) => boolean): TranscriptTurn {
  const { id, status, prompt, startedAt, durationMs, error, hasAllItems, plan } = turn;
  const items = turn.items.map((item) => (isWhole(item.id) ? item : withCutOutput(item)));
  const totals = turnTotals(turn);
  return { id, status, prompt, startedAt, durationMs, error, items, hasAllItems, plan, totals };
}

/** The item with the last {@link MAX_SHOWN_OUTPUT} characters of its output. */
export function withCutOutput(item: HistoryItem): TranscriptItem {
  if (!('output' in item) || item.output.length <= MAX_SHOWN_OUTPUT) return item;
  return { ...item, output: item.output.slice(-MAX_SHOWN_OUTPUT), outputLength: item.output.length };
}
