import type { FollowEnd } from './followEnd';
import type { SavedPlace, SavedState } from './savedState';

/** Scrolling fires often, and what is kept goes to the extension host. */
const SAVE_DELAY_MS = 250;

/** After that what is above has its real height. */
const HOLD_MS = 1_000;

/** Keeps in mind which turn and item is at the top of the screen. */
export class ScrollPlace {
  readonly #scroller: HTMLElement;
  readonly #follow: FollowEnd;
  readonly #saved: SavedState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the holding of a place. */
  #release: () => void = () => undefined;

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

  /**
   * Scrolls so that `element` is where it was, and keeps it there while what is above it gets its height: that
   * is a guess as long as it has never been near the screen.
   */
  restore(element: HTMLElement, offset: number): void {
    this.#release();
    const scroll = (): void =>
      this.#follow.scrollBy(element.getBoundingClientRect().top - this.#top() - offset);
    this.#follow.leave();
    scroll();
    const sizes = new ResizeObserver(scroll);
    for (const part of this.#scroller.children) sizes.observe(part);
    const events = new AbortController();
    for (const input of ['wheel', 'pointerdown', 'keydown']) {
      this.#scroller.addEventListener(input, () => this.#release(), { signal: events.signal, passive: true });
    }
    const timer = setTimeout(() => this.#release(), HOLD_MS);
    this.#release = () => {
      clearTimeout(timer);
      sizes.disconnect();
      events.abort();
    };
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
