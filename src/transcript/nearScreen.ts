/** Tells, once, when an element is less than a screen away from the part of the conversation that is shown. */
export class NearScreen {
  readonly #observer: IntersectionObserver;
  readonly #waiting = new Map<Element, () => void>();

  constructor(scroller: HTMLElement) {
    const options = { root: scroller, rootMargin: '100% 0px' };
    this.#observer = new IntersectionObserver((entries) => this.#moved(entries), options);
  }

  add(element: Element, onNear: () => void): void {
    this.#waiting.set(element, onNear);
    this.#observer.observe(element);
  }

  delete(element: Element): void {
    this.#waiting.delete(element);
    this.#observer.unobserve(element);
  }

  /** The last one first, as the end of a conversation is read first. */
  #moved(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of [...entries].reverse()) {
      if (!isIntersecting) continue;
      const onNear = this.#waiting.get(target);
      this.delete(target);
      onNear?.();
    }
  }
}
