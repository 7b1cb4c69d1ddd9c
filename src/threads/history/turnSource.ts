import type { Event } from '../../base/event';
import type { Turn } from './turn';

/** What one step of a turn changed. */
export type TurnChange =
  /** Its id, status, plan or error. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'item'; readonly itemId: string }
  | {
      readonly kind: 'delta';
      readonly itemId: string;
      readonly field: 'text' | 'output';
      readonly delta: string;
    }
  /** The thread's token usage or goal. */
  | { readonly kind: 'thread' };

/** A turn that is under way: one of ours, or one that is only known by its log. */
export interface TurnSource {
  /** Its turn's id; undefined while nothing is known of it. */
  readonly id: string | undefined;
  /** As it is now, the same object until something changes; undefined while nothing is known of it. */
  readonly current: Turn | undefined;
  readonly onDidChange: Event<TurnChange>;
}
