import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import type { ThreadRunStatus } from './threadIndex';

/**
 * The field of an index entry in which we keep why a thread ended. The CLI keeps fields that it does not know,
 * also when it runs the thread again: `at` repeats the `updatedAt` of our write, so that a reason which no
 * longer belongs to the entry's status is recognised.
 */
const FIELD = 'codexCollabVscode';

/** The fields of an entry whose thread has ended, with the reason where there is one. */
export function endedFields(
  lastStatus: Exclude<ThreadRunStatus, 'running'>,
  at: Date,
  reason: string | undefined,
): UnknownRecord {
  const updatedAt = at.toISOString();
  if (reason === undefined) return { lastStatus, updatedAt };
  return { lastStatus, updatedAt, [FIELD]: { at: updatedAt, reason } };
}

/** Why the thread of an entry ended; undefined when nobody said so, or it has run again since. */
export function endReasonOf(entry: UnknownRecord): string | undefined {
  const extra = entry[FIELD];
  if (!isRecord(extra) || extra.at !== entry.updatedAt) return undefined;
  return optionalString(extra.reason);
}
