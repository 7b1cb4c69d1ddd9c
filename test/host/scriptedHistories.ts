import { Emitter } from '../../src/base/event';
import type { HistoryChange, ThreadHistories, ThreadHistory } from '../../src/threads/history/threadHistory';
import type { HistoryItem, Turn } from '../../src/threads/history/turn';

/** Histories that hold just what a test puts there. */
export class ScriptedHistories implements ThreadHistories {
  readonly #turns = new Map<string, Turn[]>();
  readonly #changes = new Map<string, Emitter<HistoryChange>>();
  /** The threads that somebody follows. */
  readonly followed: string[] = [];
  hasOlderTurns = false;
  problem: Error | undefined;

  put(threadId: string, turns: Turn[], change: Partial<HistoryChange> = { isReset: true }): void {
    this.#turns.set(threadId, turns);
    this.#emitter(threadId).fire({ isReset: false, turns: [], items: [], deltas: [], ...change });
  }

  turns(threadId: string): Turn[] {
    return this.#turns.get(threadId) ?? [];
  }

  open(threadId: string): ThreadHistory {
    this.followed.push(threadId);
    const load = (): Promise<void> =>
      this.problem === undefined ? Promise.resolve() : Promise.reject(this.problem);
    return {
      threadId,
      onDidChange: this.#emitter(threadId).event,
      turns: () => this.turns(threadId),
      hasOlderTurns: this.hasOlderTurns,
      tokenUsage: undefined,
      load,
      loadOlder: load,
      loadItems: load,
      dispose: () => this.followed.splice(this.followed.indexOf(threadId), 1),
    };
  }

  #emitter(threadId: string): Emitter<HistoryChange> {
    const emitter = this.#changes.get(threadId) ?? new Emitter<HistoryChange>();
    this.#changes.set(threadId, emitter);
    return emitter;
  }
}

/** A completed turn of `items`, with the prompt "Prompt ID". */
export function turnOf(id: string, items: readonly HistoryItem[], fields: Partial<Turn> = {}): Turn {
  return {
    id,
    status: 'completed',
    prompt: `Prompt ${id}`,
    startedAt: undefined,
    durationMs: 41_000,
    error: undefined,
    items,
    hasAllItems: true,
    plan: undefined,
    ...fields,
  };
}
