import type { ItemDelta } from '../../threads/history/threadHistory';
import type { HistoryItemKind } from '../../threads/history/turn';
import type { TranscriptItem } from '../messages';

export type ItemOf<Kind extends HistoryItemKind> = Extract<TranscriptItem, { kind: Kind }>;

/** How one item is drawn. */
export interface ItemView<Item extends TranscriptItem = TranscriptItem> {
  readonly element: HTMLElement;
  /** Draws the item as it is now; of the same kind as it was. */
  update(item: Item): void;
  /** More of one of its texts. Views without it show no text that grows. */
  append?(field: ItemDelta['field'], delta: string): void;
  /** The whole output, which the person asked for. */
  showWhole?(output: string): void;
}

/** Where an item stands, for what is asked about it and what is remembered of it. */
export interface ItemPlace {
  readonly turnId: string;
  readonly itemId: string;
}

export function keyOf({ turnId, itemId }: ItemPlace, part = ''): string {
  return `${turnId}/${itemId}/${part}`;
}
