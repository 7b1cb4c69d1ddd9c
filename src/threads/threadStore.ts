import { Emitter } from '../base/event';
import type { Disposable } from '../base/disposable';
import type { Event } from '../base/event';
import { isActive } from './thread';
import type { Thread } from './thread';

/** One thread before and after; undefined where it was or is not there. */
export interface ThreadChange {
  readonly id: string;
  readonly before: Thread | undefined;
  readonly after: Thread | undefined;
}

/** What a view needs of the threads that it shows. */
export interface ThreadReader {
  readonly onDidChange: Event<readonly ThreadChange[]>;
  get(id: string): Thread | undefined;
  all(): Iterable<Thread>;
  /** Threads with a turn under way, the one that began first in front. */
  active(): Thread[];
}

/** The one in-memory model of all threads. Views read it and redraw just what its event names. */
export class ThreadStore implements ThreadReader, Disposable {
  readonly #threads = new Map<string, Thread>();
  readonly #active = new Map<string, Thread>();
  readonly #didChange = new Emitter<readonly ThreadChange[]>();

  readonly onDidChange: Event<readonly ThreadChange[]> = this.#didChange.event;

  get(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  all(): Iterable<Thread> {
    return this.#threads.values();
  }

  active(): Thread[] {
    return [...this.#active.values()].sort((a, b) => (a.turnStartedAt ?? 0) - (b.turnStartedAt ?? 0));
  }

  /** Takes over new states of threads (undefined removes one); fires once, and only for real changes. */
  update(states: Iterable<readonly [id: string, state: Thread | undefined]>): void {
    const changes: ThreadChange[] = [];
    for (const [id, after] of states) {
      const before = this.#threads.get(id);
      if (before === after || (before !== undefined && after !== undefined && isSame(before, after)))
        continue;
      if (after === undefined) this.#threads.delete(id);
      else this.#threads.set(id, after);
      if (after !== undefined && isActive(after)) this.#active.set(id, after);
      else this.#active.delete(id);
      changes.push({ id, before, after });
    }
    if (changes.length > 0) this.#didChange.fire(changes);
  }

  dispose(): void {
    this.#didChange.dispose();
  }
}

function isSame(a: Thread, b: Thread): boolean {
  const keys = Object.keys(a) as (keyof Thread)[];
  return keys.every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]));
}
