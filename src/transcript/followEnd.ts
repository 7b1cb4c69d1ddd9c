import { icon, textButton } from './element';

/** Pixels that still count as the end: sizes are fractions when the page is zoomed. */
const NEAR = 8;

/**
 * Keeps the end of the conversation on the screen while it grows, until the person scrolls up; then a button
 * leads back.
 */
export class FollowEnd {
  /** Fired when the person has scrolled, or the place has changed by itself. */
  onScroll: () => void = () => undefined;
  readonly button: HTMLButtonElement;
  readonly #scroller: HTMLElement;
  #isFollowing = true;
  #lastTop = 0;

  constructor(scroller: HTMLElement, content: HTMLElement) {
    this.#scroller = scroller;
    this.button = textButton('jump-to-end', [icon('arrow-down'), 'Jump to End'], () => {
      this.jump();
      scroller.focus({ preventScroll: true });
    });
    this.button.hidden = true;
    this.button.addEventListener('blur', () => this.#showButton());
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.#resized());
    sizes.observe(content);
    sizes.observe(scroller);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Goes to the end and stays there. */
  jump(): void {
    this.#setFollowing(true);
    this.#toEnd();
  }

  /** Changes something and leaves `anchor` where it is on the screen. */
  keepPlace(anchor: Element, change: () => void): void {
    const before = anchor.getBoundingClientRect().top;
    change();
    this.scrollBy(anchor.getBoundingClientRect().top - before);
    this.#setFollowing(this.#isAtEnd());
  }

  /** Scrolls as the person would. */
  scrollBy(pixels: number): void {
    if (Math.abs(pixels) >= 1) this.#scroller.scrollTop += pixels;
    this.#lastTop = this.#scroller.scrollTop;
  }

  leave(): void {
    this.#setFollowing(false);
  }

  #scrolled(): void {
    const top = this.#scroller.scrollTop;
    if (this.#isAtEnd()) this.#setFollowing(true);
    // Only upwards: what comes between growing and following is no wish of the person.
    else if (top < this.#lastTop) this.#setFollowing(false);
    this.#lastTop = top;
    this.onScroll();
  }

  #resized(): void {
    if (this.#isFollowing) this.#toEnd();
    else this.#setFollowing(this.#isAtEnd());
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight <= NEAR;
  }

  #toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#lastTop = this.#scroller.scrollTop;
  }

  /** Not taken away from under the keyboard. */
  #showButton(): void {
    this.button.hidden = this.#isFollowing && document.activeElement !== this.button;
  }

  #setFollowing(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#showButton();
  }
}
