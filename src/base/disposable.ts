/** Something with an end. `dispose` may be called more than once. */
export interface Disposable {
  dispose(): void;
}

/** Owns disposables and ends them together, last added first. */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #isDisposed = false;

  /** Takes ownership of `item` and returns it; ends it at once when this store has already ended. */
  add<T extends Disposable>(item: T): T {
    if (this.#isDisposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  dispose(): void {
    this.#isDisposed = true;
    const items = [...this.#items].reverse();
    this.#items.clear();
    for (const item of items) item.dispose();
  }
}
