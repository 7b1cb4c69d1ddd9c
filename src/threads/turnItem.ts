import { isRecord, optionalString } from '../base/record';

/** One file of a `fileChange` item. */
export interface FileEdit {
  readonly path: string;
  readonly kind: 'add' | 'delete' | 'update';
  /** Whole content for add and delete, bare hunks for update; a move adds "\n\nMoved to: PATH" to them. */
  readonly diff: string;
  /** Where an update moved the file. */
  readonly movedTo?: string | undefined;
}

/** The `turn` of turn/started and turn/completed; undefined when it is none. */
export function parseTurn(
  value: unknown,
): { readonly id: string; readonly status: string; readonly error: string | undefined } | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  return {
    id: value.id,
    status: optionalString(value.status) ?? 'failed',
    error: turnErrorMessage(value.error),
  };
}

/** The message of a turn's error: `{message}`, sometimes with a JSON text in it. */
export function turnErrorMessage(error: unknown): string | undefined {
  return isRecord(error) ? optionalString(error.message) : undefined;
}

/** The `changes` of a `fileChange` item, or the `filesChanged` of a run record, where a kind is a plain word. */
export function parseFileEdits(value: unknown): FileEdit[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap((change): FileEdit[] => {
    const path = optionalString(change.path);
    const { type: kind, move_path } = isRecord(change.kind) ? change.kind : { type: change.kind };
    if (path === undefined) return [];
    // Whole: who takes an edit back needs all of it.
    const diff = optionalString(change.diff) ?? '';
    if (kind === 'add' || kind === 'delete') return [{ path, kind, diff }];
    const movedTo = optionalString(move_path) ?? /\n\nMoved to: (.+)$/.exec(diff)?.[1];
    return [{ path, kind: 'update', diff, ...(movedTo === undefined ? {} : { movedTo }) }];
  });
}
