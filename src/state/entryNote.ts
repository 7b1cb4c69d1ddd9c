import type { LineCounts } from '../base/lineCounts';
import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { summaryOfGoal } from './runSummary';
import type { GoalSummary } from './runSummary';
import type { ThreadRunStatus } from './threadIndex';

/**
 * The field of an index entry for what the CLI has no field for. It keeps fields that it does not know, also
 * when it runs the thread itself: `at` repeats the `updatedAt` of our write, by which a note is recognised
 * that no longer belongs to the entry's status.
 */
const FIELD = 'codexCollabVscode';

/** What a run came to, as far as a row shows it. */
export interface RunFigures {
  /** Lines of all its edits together; undefined when it changed no file. */
  readonly changes?: LineCounts | undefined;
  /** Of all turns of the thread so far. */
  readonly totalTokens?: number | undefined;
  readonly goal?: GoalSummary | undefined;
}

/** What we have to say of the present status of an entry. */
export interface EntryNote extends RunFigures {
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

/** The fields of an entry whose thread has ended, with the reason and the figures where there are any. */
export function endedFields(
  lastStatus: Exclude<ThreadRunStatus, 'running'>,
  at: Date,
  reason: string | undefined,
  figures: RunFigures = {},
): UnknownRecord {
  const updatedAt = at.toISOString();
  return { lastStatus, updatedAt, [FIELD]: { at: updatedAt, reason, ...figures } };
}

/** What we noted at the last change of an entry; nothing when somebody else has changed it since. */
export function noteOf(entry: UnknownRecord): EntryNote {
  const note = entry[FIELD];
  if (!isRecord(note) || note.at !== entry.updatedAt) return NOTHING;
  return {
    reason: optionalString(note.reason),
    isRunByWindow: note.isRunByWindow === true,
    changes: countsOf(note.changes),
    totalTokens: isCount(note.totalTokens) ? note.totalTokens : undefined,
    goal: summaryOfGoal(note.goal),
  };
}

function countsOf(value: unknown): LineCounts | undefined {
  if (!isRecord(value)) return undefined;
  const { added, removed } = value;
  return isCount(added) && isCount(removed) ? { added, removed } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
