import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';

/** One file of a `fileChange` item. */
export interface FileEdit {
  readonly path: string;
  readonly kind: 'add' | 'delete' | 'update';
  /** Whole content for add and delete, bare hunks for update. */
  readonly diff: string;
}

/** The items of a turn that a run records; everything else that codex sends is `other`. */
export type TurnItem =
  | { readonly type: 'agentMessage'; readonly id: string; readonly text: string; readonly isFinal: boolean }
  | {
      readonly type: 'commandExecution';
      readonly id: string;
      readonly command: string;
      readonly status: string;
      readonly exitCode: number | undefined;
      readonly durationMs: number | undefined;
    }
  | {
      readonly type: 'fileChange';
      readonly id: string;
      readonly status: string;
      readonly changes: readonly FileEdit[];
    }
  | { readonly type: 'exitedReviewMode'; readonly id: string; readonly review: string }
  | { readonly type: 'other'; readonly id: string };

/**
 * Checks the `item` of an `item/started` or `item/completed` notification. Older and newer servers leave
 * fields out or add some, so every field but the id has a default; undefined when it is no item at all.
 */
export function parseTurnItem(value: unknown): TurnItem | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  const id = value.id;
  switch (value.type) {
    case 'agentMessage':
      return {
        type: 'agentMessage',
        id,
        text: text(value, 'text'),
        isFinal: value.phase === 'final_answer',
      };
    case 'commandExecution':
      return {
        type: 'commandExecution',
        id,
        command: text(value, 'command'),
        status: text(value, 'status'),
        exitCode: number(value, 'exitCode'),
        durationMs: number(value, 'durationMs'),
      };
    case 'fileChange':
      return {
        type: 'fileChange',
        id,
        status: text(value, 'status'),
        changes: parseFileEdits(value.changes),
      };
    case 'exitedReviewMode':
      return { type: 'exitedReviewMode', id, review: text(value, 'review') };
    default:
      return { type: 'other', id };
  }
}

/** The `turn` of turn/started and turn/completed; undefined when it is none. */
export function parseTurn(
  value: unknown,
): { readonly id: string; readonly status: string; readonly error: string | undefined } | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  return { id: value.id, status: text(value, 'status') || 'failed', error: turnErrorMessage(value.error) };
}

/** The message of a turn's error: `{message}`, sometimes with a JSON text in it. */
export function turnErrorMessage(error: unknown): string | undefined {
  return isRecord(error) ? optionalString(error.message) : undefined;
}

function parseFileEdits(value: unknown): FileEdit[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap((change) => {
    const path = optionalString(change.path);
    const kind = isRecord(change.kind) ? change.kind.type : change.kind;
    if (path === undefined) return [];
    return [
      { path, kind: kind === 'add' || kind === 'delete' ? kind : 'update', diff: text(change, 'diff') },
    ];
  });
}

function text(record: UnknownRecord, key: string): string {
  return optionalString(record[key]) ?? '';
}

function number(record: UnknownRecord, key: string): number | undefined {
  const value = record[key];
  return typeof value === 'number' ? value : undefined;
}
