import { turnTotals } from '../threads/changes/changedFiles';
import type { HistoryItem, Turn } from '../threads/history/turn';
import { MAX_SHOWN_OUTPUT } from '../transcript/messages';
import type { TranscriptItem, TranscriptTurn } from '../transcript/messages';

/** A turn as the page gets it. `cut`: its items with as much of their output as the page gets. */
export function transcriptTurn(turn: Turn, cut: (item: HistoryItem) => TranscriptItem): TranscriptTurn {
  const { id, status, prompt, startedAt, durationMs, error, hasAllItems, plan } = turn;
  const items = turn.items.map(cut);
  const totals = turnTotals(turn);
  return { id, status, prompt, startedAt, durationMs, error, items, hasAllItems, plan, totals };
}

/** The item with the last `limit` characters of its output. */
export function withCutOutput(item: HistoryItem, limit = MAX_SHOWN_OUTPUT): TranscriptItem {
  if (!('output' in item) || item.output.length <= limit) return item;
  return { ...item, output: item.output.slice(-limit), outputLength: item.output.length };
}
