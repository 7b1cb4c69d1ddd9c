/** A part of the page whose content grows. */
export interface FramePart {
  /** Draws what is new. True when there is more, for a later frame. */
  drawFrame(now: number): boolean;
}

/** What of a frame goes to drawing; the rest is layout and paint. */
const BUDGET_MS = 8;

/** Draws what changed once a frame, however often it changes, and spreads a lot of work over several. */
export class Frames {
  readonly #waiting = new Set<FramePart>();
  #isRequested = false;

  request(part: FramePart): void {
    this.#waiting.add(part);
    this.#requestFrame();
  }

  #requestFrame(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    requestAnimationFrame((now) => {
      this.#isRequested = false;
      this.#draw(now);
      if (this.#waiting.size > 0) this.#requestFrame();
    });
  }

  #draw(now: number): void {
    const end = performance.now() + BUDGET_MS;
    for (const part of [...this.#waiting]) {
      this.#waiting.delete(part);
      // At the end of the line, so that one that is never done does not keep the others waiting.
      if (part.drawFrame(now)) this.#waiting.add(part);
      if (performance.now() > end) return;
    }
  }
}
