/** What is seen first: about a screen, or what there is time for. */
const FIRST_COUNT = 24;
const FIRST_BUDGET_MS = 30;

/**
 * Elements get their content when they come near the screen, else when there is nothing better to do: a long
 * thread is there at once, and later all of it can be searched.
 */
export class LazyFill {
  readonly #waiting = new Map<Element, () => void>();
  #isIdleRequested = false;

  /** `root` holds all elements that have `content-visibility: auto`, by which the browser tells of them. */
  constructor(root: HTMLElement) {
    root.addEventListener('contentvisibilityautostatechange', (event) => {
      if (!(event instanceof ContentVisibilityAutoStateChangeEvent) || event.skipped) return;
      if (event.target instanceof Element) this.fill(event.target);
    });
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(element: Element, fill: () => void): void {
    this.#waiting.set(element, fill);
    this.#requestIdle();
  }

  /** Fills it now if it is not yet. */
  fill(element: Element): void {
    const fill = this.#waiting.get(element);
    this.#waiting.delete(element);
    fill?.();
  }

  /** Fills the last that were added, as many as are seen and there is time for, until only `remaining` wait. */
  fillLast(remaining: number): void {
    const end = performance.now() + FIRST_BUDGET_MS;
    const added = [...this.#waiting.keys()].slice(remaining).reverse().slice(0, FIRST_COUNT);
    for (const element of added) {
      this.fill(element);
      if (performance.now() > end) return;
    }
  }

  #requestIdle(): void {
    if (this.#isIdleRequested || this.#waiting.size === 0) return;
    this.#isIdleRequested = true;
    requestIdleCallback((deadline) => {
      this.#isIdleRequested = false;
      this.#fillUntil(deadline);
      this.#requestIdle();
    });
  }

  #fillUntil(deadline: IdleDeadline): void {
    for (const element of this.#waiting.keys()) {
      if (deadline.timeRemaining() < 2) return;
      this.fill(element);
    }
  }
}
