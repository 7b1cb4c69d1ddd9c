import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import type { Event } from '../../base/event';
import type { HistoryChange, ItemDelta } from './threadHistory';
import type { HistoryItem, Turn } from './turn';

const GATHER_MS = 30;

/** Gathers what changes in a short while into one event. */
export class HistoryChanges implements Disposable {
  readonly #didChange = new Emitter<HistoryChange>();
  readonly #turns = new Set<string>();
  readonly #items = new Map<string, { readonly turnId: string; readonly itemId: string }>();
  #deltas: Growing[] = [];
  #isReset = false;
  #timer: NodeJS.Timeout | undefined;

  readonly event: Event<HistoryChange> = this.#didChange.event;

  /** Everything is to be read anew. */
  reset(): void {
    this.#isReset = true;
    this.#fireSoon();
  }

  turn(turnId: string): void {
    this.#turns.add(turnId);
    this.#fireSoon();
  }

  item(turnId: string, itemId: string): void {
    this.#items.set(JSON.stringify([turnId, itemId]), { turnId, itemId });
    this.#fireSoon();
  }

  /** Pieces of the same text that follow each other become one. */
  delta({ turnId, itemId, field, delta }: ItemDelta): void {
    const last = this.#deltas.at(-1);
    if (last?.turnId === turnId && last.itemId === itemId && last.field === field) last.delta += delta;
    else this.#deltas.push({ turnId, itemId, field, delta });
    this.#fireSoon();
  }

  /** Something of the thread as a whole. */
  thread(): void {
    this.#fireSoon();
  }

  /** Everything by which the turns differ from what they were. */
  between(before: readonly Turn[], after: readonly Turn[]): void {
    if (before.some(({ id }, at) => after[at]?.id !== id)) return this.reset();
    for (const [at, turn] of after.entries()) {
      const old = before[at];
      if (turn === old) continue;
      if (old === undefined || !isSameButItems(old, turn)) this.turn(turn.id);
      for (const itemId of changedItems(old?.items ?? [], turn.items)) this.item(turn.id, itemId);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#didChange.dispose();
  }

  #fireSoon(): void {
    this.#timer ??= setTimeout(() => this.#fire(), GATHER_MS);
  }

  #fire(): void {
    const [isReset, turns, items] = [this.#isReset, [...this.#turns], [...this.#items.values()]];
    const deltas = this.#deltas;
    this.#timer = undefined;
    this.#isReset = false;
    this.#turns.clear();
    this.#items.clear();
    this.#deltas = [];
    this.#didChange.fire({ isReset, turns, items, deltas });
  }
}

type Growing = { -readonly [K in keyof ItemDelta]: ItemDelta[K] };

/** Nothing but items differs, and none of them went or moved. */
function isSameButItems(a: Turn, b: Turn): boolean {
  const keys = Object.keys(b) as (keyof Turn)[];
  return (
    keys.every((key) => key === 'items' || a[key] === b[key]) &&
    a.items.every((item, at) => b.items[at]?.id === item.id)
  );
}

function changedItems(before: readonly HistoryItem[], after: readonly HistoryItem[]): string[] {
  const known = new Set(before);
  return after.filter((item) => !known.has(item)).map(({ id }) => id);
}
