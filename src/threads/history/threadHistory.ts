import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/event';
import type { TokenUsage, Turn } from './turn';

/** More text of an item that is being written; `field` says which of its texts grows. */
export interface ItemDelta {
  readonly turnId: string;
  readonly itemId: string;
  readonly field: 'text' | 'output';
  readonly delta: string;
}

/** What changed in one go; changes are gathered for some 30 ms, so that a fast stream fires few events. */
export interface HistoryChange {
  /** Turns came other than at the end, or went: first load, older page, another source. */
  readonly isReset: boolean;
  /**
   * Turns that are new at the end, or of which something other than a growing text changed (status, duration,
   * plan, error, which items there are): each is to be read anew with its items.
   */
  readonly turns: readonly string[];
  /** Items that are new, or changed otherwise than by a delta. */
  readonly items: readonly { readonly turnId: string; readonly itemId: string }[];
  /** In the order in which they came; `turns()` holds them already. */
  readonly deltas: readonly ItemDelta[];
}

/**
 * What one thread did and does: a run of ours live, else from codex (`thread/turns/list`, `thread/items/list`,
 * older servers by `thread/read`), and the turn that somebody else is running from its log. Reads nothing before
 * it is asked to; follows the thread until it is disposed.
 */
export interface ThreadHistory extends Disposable {
  readonly threadId: string;
  readonly onDidChange: Event<HistoryChange>;
  /** The turns that have been loaded, oldest first. */
  turns(): readonly Turn[];
  readonly hasOlderTurns: boolean;
  /**
   * Of the whole thread so far: known once a run of ours has told it, as codex tells nobody else. That it has
   * changed is told by an event that may name no turn.
   */
  readonly tokenUsage: TokenUsage | undefined;
  /** Loads the newest turns, once; later calls resolve at once. @throws UserError when they cannot be read. */
  load(): Promise<void>;
  /** The next page of older turns. @throws UserError */
  loadOlder(): Promise<void>;
  /** All items of a turn. @throws UserError */
  loadItems(turnId: string): Promise<void>;
}

/** Gives out the history of threads; whoever opens one disposes it, and several may share one thread. */
export interface ThreadHistories {
  open(threadId: string): ThreadHistory;
}
