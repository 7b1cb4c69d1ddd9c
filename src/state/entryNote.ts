import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import type { ThreadRunStatus } from './threadIndex';

/**
 * The field of an index entry for what the CLI has no field for. It keeps fields that it does not know, also
 * when it runs the thread itself: `at` repeats the `updatedAt` of our write, by which a note is recognised
 * that no longer belongs to the entry's status.
 */
const FIELD = 'codexCollabVscode';

/** What we have to say of the present status of an entry. */
export interface EntryNote {
  /** Why the thread ended. */
  readonly reason: string | undefined;
  /** Whether a window of this extension runs it, while it runs. */
  readonly isRunByWindow: boolean;
}

/** One for all: few entries have a note, and there may be thousands of entries. */
const NOTHING: EntryNote = { reason: undefined, isRunByWindow: false };

/** The fields of an entry whose thread a window of ours begins to run. */
export function runningFields(at: Date): UnknownRecord {
  const updatedAt = at.toISOString();
  return { lastStatus: 'running', updatedAt, [FIELD]: { at: updatedAt, isRunByWindow: true } };
}

/** The fields of an entry whose thread has ended, with the reason where there is one. */
export function endedFields(
  lastStatus: Exclude<ThreadRunStatus, 'running'>,
  at: Date,
  reason: string | undefined,
): UnknownRecord {
  const updatedAt = at.toISOString();
  const note = reason === undefined ? {} : { reason };
  return { lastStatus, updatedAt, [FIELD]: { at: updatedAt, ...note } };
}

/** What we noted at the last change of an entry; nothing when somebody else has changed it since. */
export function noteOf(entry: UnknownRecord): EntryNote {
  const note = entry[FIELD];
  if (!isRecord(note) || note.at !== entry.updatedAt) return NOTHING;
  return { reason: optionalString(note.reason), isRunByWindow: note.isRunByWindow === true };
}
