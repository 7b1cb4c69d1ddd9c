/**
 * Runs one job at a time: a call while it runs causes exactly one more run after it, however many calls
 * there were. Each call resolves when a run that began after the call has ended, and rejects with its error.
 */
export class Coalescer {
  readonly #job: () => Promise<void>;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(job: () => Promise<void>) {
    this.#job = job;
  }

  run(): Promise<void> {
    if (this.#current === undefined) return (this.#current = this.#start());
    this.#next ??= this.#current
      .catch(() => undefined) // its own callers hear of that error
      .then(() => {
        this.#next = undefined;
        return (this.#current = this.#start());
      });
    return this.#next;
  }

  async #start(): Promise<void> {
    try {
      await this.#job();
    } finally {
      if (this.#next === undefined) this.#current = undefined;
    }
  }
}
