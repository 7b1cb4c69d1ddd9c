import type { Disposable } from '../../base/disposable';
import { DisposableStore } from '../../base/disposable';
import { Emitter } from '../../base/event';
import { ThreadTimeline } from './threadTimeline';
import type { TimelineParts } from './threadTimeline';
import type { HistoryChange, ThreadHistories, ThreadHistory } from './threadHistory';

interface Shared {
  readonly timeline: ThreadTimeline;
  users: number;
}

/** Gives out the histories of threads; those of one thread share what was read, until the last is disposed. */
export class HistoryReader implements ThreadHistories, Disposable {
  readonly #parts: TimelineParts;
  readonly #shared = new Map<string, Shared>();

  constructor(parts: TimelineParts) {
    this.#parts = parts;
  }

  open(threadId: string): ThreadHistory {
    const shared = this.#shared.get(threadId) ?? {
      timeline: new ThreadTimeline(threadId, this.#parts),
      users: 0,
    };
    this.#shared.set(threadId, shared);
    shared.users += 1;
    return historyOf(threadId, shared.timeline, () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      shared.timeline.dispose();
      if (this.#shared.get(threadId) === shared) this.#shared.delete(threadId);
    });
  }

  dispose(): void {
    for (const { timeline } of this.#shared.values()) timeline.dispose();
    this.#shared.clear();
  }
}

/** One user's view of a timeline: its listeners go with it. */
function historyOf(threadId: string, timeline: ThreadTimeline, onDispose: () => void): ThreadHistory {
  const lifetime = new DisposableStore();
  const didChange = lifetime.add(new Emitter<HistoryChange>());
  lifetime.add(timeline.onDidChange((change) => didChange.fire(change)));
  lifetime.add({ dispose: onDispose });
  return {
    threadId,
    onDidChange: didChange.event,
    turns: () => timeline.turns(),
    get hasOlderTurns() {
      return timeline.hasOlderTurns;
    },
    get tokenUsage() {
      return timeline.tokenUsage;
    },
    load: () => timeline.load(),
    loadOlder: () => timeline.loadOlder(),
    loadItems: (turnId) => timeline.loadItems(turnId),
    dispose: () => lifetime.dispose(),
  };
}
