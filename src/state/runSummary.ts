import { lineCounts } from '../base/lineCounts';
import type { LineCounts } from '../base/lineCounts';
import { isRecord, optionalString } from '../base/record';
import type { RunRecord } from './runRecords';

/** Something a run waits for: an approval or an answer. */
export interface PendingRequest {
  readonly id: string;
  /** At most {@link longestText} characters. */
  readonly summary: string | undefined;
}

/** What a thread is to reach over several turns. */
export interface GoalSummary {
  /** At most {@link longestText} characters. */
  readonly objective: string;
  /** active, paused, blocked, usageLimited, budgetLimited, complete, cleared. */
  readonly status: string;
}

/** The part of a run record that a row needs. Records themselves hold whole answers and diffs. */
export interface RunSummary {
  readonly runId: string;
  readonly threadId: string;
  readonly shortId: string;
  readonly status: string | undefined;
  readonly phase: string | undefined;
  readonly pid: number | undefined;
  readonly model: string | undefined;
  /** The first line, at most {@link longestText} characters. */
  readonly prompt: string | undefined;
  /** ISO-8601. */
  readonly startedAt: string | undefined;
  /** ISO-8601. */
  readonly completedAt: string | undefined;
  /** As the CLI writes it: `3s`, `1m 5s`. */
  readonly elapsed: string | undefined;
  readonly error: string | undefined;
  /** Lines of all its edits together; undefined when it changed no file. */
  readonly changes: LineCounts | undefined;
  readonly goal: GoalSummary | undefined;
  readonly pendingApproval: PendingRequest | undefined;
  readonly pendingQuestion: PendingRequest | undefined;
  /** Unchecked: `recordLogFile` says which file may be opened. */
  readonly logFile: string | undefined;
}

/** In characters. */
export const longestText = 200;

/** Drops everything of a record that is long. */
export function summariseRun(record: RunRecord): RunSummary {
  const { runId, threadId, shortId, status, phase, pid, model, startedAt, completedAt, elapsed, logFile } =
    record;
  return {
    ...{ runId, threadId, shortId, status, phase, pid, model, startedAt, completedAt, elapsed, logFile },
    prompt: shortened(record.prompt?.trimStart().split(/[\r\n]/, 1)[0]),
    error: shortened(record.error),
    changes: sumOfChanges(record.raw.filesChanged),
    goal: summaryOfGoal(record.raw.goal),
    pendingApproval: pendingRequest(record.raw.pendingApproval),
    pendingQuestion: pendingRequest(record.raw.pendingQuestion),
  };
}

/** Of a goal in the form of codex or of a run record; undefined when it is none. */
export function summaryOfGoal(value: unknown): GoalSummary | undefined {
  if (!isRecord(value) || typeof value.objective !== 'string') return undefined;
  return { objective: shortened(value.objective) ?? '', status: optionalString(value.status) ?? 'active' };
}

/** The lines of `filesChanged`, whose diffs may be long and are not kept; undefined when there are none. */
export function sumOfChanges(value: unknown): LineCounts | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const counts = value.filter(isRecord).map(({ kind, diff }) => {
    const known = kind === 'add' || kind === 'delete' ? kind : 'update';
    return lineCounts({ kind: known, diff: optionalString(diff) ?? '' });
  });
  const sum = (of: (count: LineCounts) => number): number =>
    counts.reduce((all, count) => all + of(count), 0);
  return { added: sum(({ added }) => added), removed: sum(({ removed }) => removed) };
}

function pendingRequest(value: unknown): PendingRequest | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  return { id: value.id, summary: shortened(optionalString(value.summary)) };
}

function shortened(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= longestText) return text;
  // A copy: a slice would keep the whole text in memory.
  return Buffer.from(text.slice(0, longestText)).toString();
}
