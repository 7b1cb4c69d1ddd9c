import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Thread } from './thread';
import type { ThreadChange, ThreadReader } from './threadStore';
import type { WorkspaceScope } from './workspaceScope';

/**
 * The threads that a window shows: those of its folders, or all of them. Looks like the store to a view; a
 * change of the scope is a change of the threads that come into it and leave it.
 */
export class ScopedThreads implements ThreadReader, Disposable {
  readonly #store: ThreadReader;
  readonly #subscription: Disposable;
  readonly #didChange = new Emitter<readonly ThreadChange[]>();
  readonly #didChangeScope = new Emitter<void>();
  /** Until it is known nothing is shown: nobody is to be told of what is another window's. */
  #scope: WorkspaceScope | 'unknown' | undefined = 'unknown';

  readonly onDidChange: Event<readonly ThreadChange[]> = this.#didChange.event;

  constructor(store: ThreadReader) {
    this.#store = store;
    this.#subscription = store.onDidChange((changes) => this.#storeChanged(changes));
  }

  readonly onDidChangeScope: Event<void> = this.#didChangeScope.event;

  /** True when the threads of all workspaces are shown. */
  get isAll(): boolean {
    return this.#scope === undefined;
  }

  /** True for what works in a folder whose threads are shown. */
  isInScope(cwd: string | undefined): boolean {
    if (this.#scope === 'unknown') return false;
    return this.#scope?.hasFolder(cwd) ?? true;
  }

  /** Undefined: all threads. */
  setScope(scope: WorkspaceScope | undefined): void {
    const shown = new Set([...this.all()].map(({ id }) => id));
    this.#scope = scope;
    const changes = [...this.#store.all()].flatMap((thread): ThreadChange[] => {
      const [was, is] = [shown.has(thread.id), this.#isVisible(thread)];
      if (was === is) return [];
      return [{ id: thread.id, before: was ? thread : undefined, after: is ? thread : undefined }];
    });
    if (changes.length > 0) this.#didChange.fire(changes);
    this.#didChangeScope.fire();
  }

  get(id: string): Thread | undefined {
    return this.#visible(this.#store.get(id));
  }

  *all(): Iterable<Thread> {
    for (const thread of this.#store.all()) if (this.#visible(thread) !== undefined) yield thread;
  }

  active(): Thread[] {
    return this.#store.active().filter((thread) => this.#visible(thread) !== undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#didChange.dispose();
    this.#didChangeScope.dispose();
  }

  #storeChanged(changes: readonly ThreadChange[]): void {
    if (this.#scope === undefined) {
      this.#didChange.fire(changes);
      return;
    }
    const seen = changes
      .map(({ id, before, after }) => ({ id, before: this.#visible(before), after: this.#visible(after) }))
      .filter(({ before, after }) => before !== undefined || after !== undefined);
    if (seen.length > 0) this.#didChange.fire(seen);
  }

  #visible(thread: Thread | undefined): Thread | undefined {
    return thread !== undefined && this.#isVisible(thread) ? thread : undefined;
  }

  #isVisible(thread: Thread): boolean {
    return this.#scope !== 'unknown' && (this.#scope?.has(thread) ?? true);
  }
}
