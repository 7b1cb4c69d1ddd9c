import { isDeepStrictEqual } from 'node:util';
import { LOST_ANSWER } from './lostAnswer';
import type { HistoryItem, Turn } from './turn';

/**
 * `next`, with every object of `before` that says the same: views hold on to them. Items and live details that
 * only `before` has are kept while the rest of the turn is the same.
 */
export function keepSame(before: Turn | undefined, next: Turn): Turn {
  if (before === undefined) return next;
  const plan = next.plan ?? before.plan;
  const isSame = isSameEnd(before, next);
  const isSummary = before.hasAllItems && !next.hasAllItems && isSame;
  const lost = isSame ? before.items.filter(({ id }) => id === LOST_ANSWER) : [];
  const added = lost.filter(({ id }) => next.items.every((item) => item.id !== id));
  const items = isSummary ? before.items : keepSameItems(before.items, [...next.items, ...added]);
  const merged = { ...next, plan, items, hasAllItems: next.hasAllItems || isSummary };
  return isDeepStrictEqual(before, merged) ? before : merged;
}

/**
 * A turn of ours that has ended, as codex tells it, with what only we have seen: messages that were cut off,
 * commands that never completed, errors.
 */
export function withSeenItems(told: Turn, seen: Turn): Turn {
  const toldIds = new Set(told.items.map(({ id }) => id));
  const seenOnly = new Map<string | undefined, HistoryItem[]>();
  let before: string | undefined;
  for (const item of seen.items) {
    if (toldIds.has(item.id)) before = item.id;
    else seenOnly.set(before, [...(seenOnly.get(before) ?? []), item]);
  }
  const first = seenOnly.get(undefined) ?? [];
  const items = [...first, ...told.items.flatMap((item) => [item, ...(seenOnly.get(item.id) ?? [])])];
  return {
    ...told,
    items,
    // A turn that ran out of time has failed; to codex it was interrupted.
    status: seen.status,
    error: seen.error ?? told.error,
    durationMs: told.durationMs ?? seen.durationMs,
  };
}

/** The newest page of turns in place of what was loaded; older turns stay when the page reaches them. */
export function withNewestPage(
  loaded: readonly Turn[],
  page: readonly Turn[],
): { readonly turns: readonly Turn[]; readonly hasGap: boolean } {
  const known = new Map(loaded.map((turn) => [turn.id, turn]));
  const first = page[0];
  const join = first === undefined ? -1 : loaded.findIndex(({ id }) => id === first.id);
  const turns = page.map((turn) => keepSame(known.get(turn.id), turn));
  return join < 0 ? { turns, hasGap: true } : { turns: [...loaded.slice(0, join), ...turns], hasGap: false };
}

/** Nothing has become of the turn since. */
export function isSameEnd(a: Turn, b: Turn): boolean {
  return a.status === b.status && a.durationMs === b.durationMs && a.error === b.error;
}

function keepSameItems(before: readonly HistoryItem[], next: readonly HistoryItem[]): readonly HistoryItem[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return next.map((item) => {
    const old = known.get(item.id);
    return old !== undefined && isDeepStrictEqual(old, item) ? old : item;
  });
}
