import type { ItemDelta } from '../threads/history/threadHistory';
import { element, setWaiting, textButton } from './element';
import { followLinks } from './markdown/links';
import type { TranscriptItem, TranscriptTurn } from './messages';
import { ScrollPlace } from './scrollPlace';
import type { Tools } from './tools';
import { TurnView } from './turnView';

/** Pixels from the top at which older turns are asked for. */
const NEAR_TOP = 400;

export interface ConversationParts {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** What is in it. */
  readonly content: HTMLElement;
}

/** The turns of the thread, oldest first, and the way to older ones. */
export class Conversation {
  readonly #tools: Tools;
  readonly #parts: ConversationParts;
  readonly #turns = new Map<string, TurnView>();
  readonly #list = element('div', 'turns');
  readonly #older: HTMLButtonElement;
  readonly #empty = element('p', 'empty-note', 'Loading…');
  readonly #place: ScrollPlace;
  #turnsMade = 0;
  #wasReset = false;

  constructor(tools: Tools, parts: ConversationParts) {
    this.#tools = tools;
    this.#parts = parts;
    this.#place = new ScrollPlace(parts.scroller, tools.follow, tools.saved);
    this.#older = textButton('link-button load-older', [], () => this.#loadOlder());
    this.#showOlder(false);
    parts.content.append(this.#older, this.#empty, this.#list);
    followLinks(parts.content, tools.post);
    tools.follow.onScroll = () => {
      this.#place.scrolled();
      if (parts.scroller.scrollTop < NEAR_TOP && !tools.follow.isFollowing) this.#loadOlder();
    };
  }

  /** It has had all turns that there were at its begin. */
  get hasBegun(): boolean {
    return this.#wasReset;
  }

  reset(turns: readonly TranscriptTurn[], hasOlder: boolean): void {
    const wanted = new Set(turns.map(({ id }) => id));
    for (const [id, view] of this.#turns) {
      if (wanted.has(id)) continue;
      view.remove();
      this.#turns.delete(id);
    }
    this.#fillAfter(() => turns.forEach((turn) => this.#list.append(this.#turn(turn).element)));
    this.#showOlder(hasOlder);
    this.#showEmpty();
    if (!this.#wasReset) this.#restorePlace();
    this.#wasReset = true;
  }

  older(turns: readonly TranscriptTurn[], hasOlder: boolean): void {
    const before = this.#list.firstElementChild;
    const insert = (): void => {
      for (const turn of turns) this.#list.insertBefore(this.#turn(turn).element, before);
      this.#showOlder(hasOlder);
    };
    this.#fillAfter(() => {
      if (before === null || this.#tools.follow.isFollowing) insert();
      else this.#tools.follow.keepPlace(before, insert);
    });
    this.#showEmpty();
  }

  update(turns: readonly TranscriptTurn[]): void {
    this.#fillAfter(() => {
      for (const turn of turns) {
        const isNew = !this.#turns.has(turn.id);
        const view = this.#turn(turn);
        if (isNew) this.#list.append(view.element);
      }
    });
    this.#showEmpty();
  }

  updateItems(items: readonly { readonly turnId: string; readonly item: TranscriptItem }[]): void {
    this.#fillAfter(() => {
      for (const { turnId, item } of items) this.#turns.get(turnId)?.updateItem(item);
    });
  }

  append(deltas: readonly ItemDelta[]): void {
    for (const delta of deltas) this.#turns.get(delta.turnId)?.append(delta);
  }

  showOutput(turnId: string, itemId: string, output: string): void {
    this.#turns.get(turnId)?.showOutput(itemId, output);
  }

  /** Something that was asked for did not come: it can be asked for again. */
  allowAskingAgain(): void {
    for (const view of this.#turns.values()) view.allowAskingAgain();
    for (const button of this.#parts.content.querySelectorAll<HTMLButtonElement>(
      '.link-button[aria-disabled]',
    )) {
      setWaiting(button, false);
    }
    this.#showOlder(!this.#older.hidden);
  }

  /** The view of the turn, as the turn is now. */
  #turn(turn: TranscriptTurn): TurnView {
    const present = this.#turns.get(turn.id);
    if (present !== undefined) {
      present.update(turn);
      return present;
    }
    const view = new TurnView(this.#tools, turn, this.#turnsMade++);
    this.#turns.set(turn.id, view);
    return view;
  }

  /** What is new at the end is there at once, and not only when the browser has time. */
  #fillAfter(add: () => void): void {
    const waiting = this.#tools.lazyFill.size;
    add();
    this.#tools.lazyFill.fillLast(waiting);
  }

  #restorePlace(): void {
    const { place } = this.#tools.saved;
    const turn = place === undefined ? undefined : this.#turns.get(place.turnId);
    if (place === undefined || turn === undefined) {
      this.#tools.follow.jump();
      return;
    }
    const item = place.itemId === undefined ? undefined : turn.itemElement(place.itemId);
    this.#place.restore(item ?? turn.element, place.offset);
  }

  #loadOlder(): void {
    if (this.#older.hidden || this.#older.ariaDisabled === 'true') return;
    setWaiting(this.#older, true);
    this.#older.textContent = 'Loading…';
    this.#tools.post({ type: 'loadOlder' });
  }

  #showOlder(hasOlder: boolean): void {
    this.#older.hidden = !hasOlder;
    setWaiting(this.#older, false);
    this.#older.textContent = 'Load Older Turns';
  }

  #showEmpty(): void {
    this.#empty.textContent = 'Nothing has been said in this thread yet.';
    this.#empty.hidden = this.#turns.size > 0;
  }
}
