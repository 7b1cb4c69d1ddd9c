import type { ThreadOnDisk } from './threadOnDisk';

const nowhere: readonly ThreadOnDisk[] = [];

/** All threads by thread id, each with every place it is found in, and which of them changed. */
export class ThreadPlaces {
  readonly #byThread = new Map<string, readonly ThreadOnDisk[]>();
  #changed = new Set<string>();

  ids(): Iterable<string> {
    return this.#byThread.keys();
  }

  of(threadId: string): readonly ThreadOnDisk[] {
    return this.#byThread.get(threadId) ?? nowhere;
  }

  /** Puts `after` where `before` was; without `before` it is added, without `after` removed. */
  replace(before: ThreadOnDisk | undefined, after: ThreadOnDisk | undefined): void {
    const [from, to] = [before?.entry.threadId, after?.entry.threadId];
    if (before !== undefined && after !== undefined && from === to) {
      this.#set(after.entry.threadId, (places) => places.map((place) => (place === before ? after : place)));
      return;
    }
    if (before !== undefined) {
      this.#set(before.entry.threadId, (places) => places.filter((place) => place !== before));
    }
    if (after !== undefined) {
      this.#set(after.entry.threadId, (places) => (places.length === 0 ? [after] : [...places, after]));
    }
  }

  /** The ids of the threads that changed since the last call. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  #set(threadId: string, change: (places: readonly ThreadOnDisk[]) => readonly ThreadOnDisk[]): void {
    const places = change(this.of(threadId));
    if (places.length === 0) this.#byThread.delete(threadId);
    else this.#byThread.set(threadId, places);
    this.#changed.add(threadId);
  }
}
