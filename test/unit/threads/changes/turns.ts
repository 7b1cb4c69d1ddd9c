import type { HistoryItem, Turn } from '../../../../src/threads/history/turn';
import type { FileEdit } from '../../../../src/threads/turnItem';

/** A completed turn with one `fileChange` item for each list of edits. */
export function turn(id: string, ...changes: (readonly FileEdit[])[]): Turn {
  const items = changes.map((edits, i): HistoryItem => ({
    id: `${id}-${i}`,
    kind: 'fileChange',
    status: 'completed',
    changes: edits,
  }));
  return {
    ...{ id, status: 'completed', prompt: id, startedAt: 1, durationMs: 1, error: undefined },
    ...{ items, hasAllItems: true, plan: undefined, diff: undefined },
  };
}

export const add = (path: string, diff: string): FileEdit => ({ path, kind: 'add', diff });
export const remove = (path: string, diff: string): FileEdit => ({ path, kind: 'delete', diff });
export const update = (path: string, diff: string): FileEdit => ({ path, kind: 'update', diff });

/** As codex sends it. */
export function move(path: string, movedTo: string, hunks = ''): FileEdit {
  return { path, kind: 'update', diff: `${hunks}\n\nMoved to: ${movedTo}`, movedTo };
}
