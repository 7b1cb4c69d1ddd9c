import type { FollowEnd } from './followEnd';
import type { SavedPlace, SavedState } from './savedState';

/** Scrolling fires often, and what is kept goes to the extension host. */
const SAVE_DELAY_MS = 250;

/** Keeps in mind which turn and item is at the top of the screen. */
export class ScrollPlace {
  readonly #scroller: HTMLElement;
  readonly #follow: FollowEnd;
  readonly #saved: SavedState;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(scroller: HTMLElement, follow: FollowEnd, saved: SavedState) {
    this.#scroller = scroller;
    this.#follow = follow;
    this.#saved = saved;
  }

  /** Called with each scroll. */
  scrolled(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#saved.place = this.#follow.isFollowing ? undefined : this.#current();
    }, SAVE_DELAY_MS);
  }

  /** Scrolls so that `element` is where it was. */
  restore(element: HTMLElement, offset: number): void {
    this.#follow.leave();
    this.#follow.scrollBy(element.getBoundingClientRect().top - this.#top() - offset);
  }

  #current(): SavedPlace | undefined {
    const { left, width } = this.#scroller.getBoundingClientRect();
    const top = this.#top();
    const present = document.elementFromPoint(left + width / 2, top + 1);
    const turn = present?.closest<HTMLElement>('.turn');
    const item = present?.closest<HTMLElement>('.item');
    const place = item ?? turn;
    if (!turn || !place) return this.#saved.place;
    return {
      turnId: turn.dataset.turnId ?? '',
      itemId: item?.dataset.itemId,
      offset: place.getBoundingClientRect().top - top,
    };
  }

  #top(): number {
    return this.#scroller.getBoundingClientRect().top;
  }
}
