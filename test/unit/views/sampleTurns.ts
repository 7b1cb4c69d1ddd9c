import { Emitter } from '../../../src/base/event';
import type { HistoryChange, ThreadHistory } from '../../../src/threads/history/threadHistory';
import type { HistoryItem, TokenUsage, Turn } from '../../../src/threads/history/turn';

export function message(id: string, text: string): HistoryItem {
  return { id, kind: 'message', status: 'running', text, isFinal: false };
}

export function command(id: string, output: string): HistoryItem {
  const rest = { command: 'ls', cwd: '/w', exitCode: 0, output };
  return { id, kind: 'command', status: 'completed', ...rest };
}

export function turn(id: string, ...items: HistoryItem[]): Turn {
  return {
    ...{ id, items, status: 'running', prompt: 'Do it', startedAt: 1, durationMs: undefined },
    ...{ error: undefined, hasAllItems: true, plan: undefined },
  };
}

/** A history that says what a test makes it say. */
export class ScriptedHistory implements ThreadHistory {
  readonly threadId = 't-1';
  readonly #didChange = new Emitter<HistoryChange>();
  readonly onDidChange = this.#didChange.event;
  list: readonly Turn[] = [];
  hasOlderTurns = false;
  tokenUsage: TokenUsage | undefined = undefined;
  isDisposed = false;
  onLoad = (): Promise<void> => Promise.resolve();
  onLoadOlder = (): Promise<void> => Promise.resolve();
  onLoadItems = (): Promise<void> => Promise.resolve();
  readonly loadedItems: string[] = [];

  turns(): readonly Turn[] {
    return this.list;
  }

  /** Shows these turns, and tells of the change. */
  change(list: readonly Turn[], change: Partial<HistoryChange>): void {
    this.list = list;
    this.#didChange.fire({ isReset: false, turns: [], items: [], deltas: [], ...change });
  }

  load(): Promise<void> {
    return this.onLoad();
  }

  loadOlder(): Promise<void> {
    return this.onLoadOlder();
  }

  loadItems(turnId: string): Promise<void> {
    this.loadedItems.push(turnId);
    return this.onLoadItems();
  }

  dispose(): void {
    this.isDisposed = true;
    this.#didChange.dispose();
  }
}
