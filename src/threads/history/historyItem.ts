import { isRecord, optionalString } from '../../base/record';
import type { UnknownRecord } from '../../base/record';
import { parseFileEdits } from '../turnItem';
import { parseToolItem } from './toolItem';
import { keepEnd, textOf, textOfParts, keepStart } from './itemText';
import type { HistoryItem, ProgressStatus } from './turn';

type Base = Pick<HistoryItem, 'id' | 'status' | 'durationMs'>;

/**
 * Checks an item of codex: of `item/started` (`isCompleted` false), of `item/completed` or of its history. Older
 * and newer servers leave fields out or add some, so that every field but the id has a default. What this
 * version does not know becomes a note with the name of its type; undefined is what has no id.
 */
export function parseHistoryItem(value: unknown, isCompleted: boolean): HistoryItem | undefined {
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  const status = statusOf(value.status, isCompleted);
  const base: Base = { id: value.id, status, durationMs: durationOf(value) };
  return (
    parseSaying(value, base) ?? parseDoing(value, base) ?? parseToolItem(value, base) ?? note(value, base)
  );
}

/** The item as the end of its turn leaves it; itself when it has ended already. */
export function closedItem(item: HistoryItem, turnStatus: ProgressStatus): HistoryItem {
  if (item.status !== 'running') return item;
  switch (turnStatus) {
    case 'running':
      return item;
    case 'completed':
      // What was said when somebody steered the turn was never said to its end.
      return { ...item, status: item.kind === 'message' ? 'interrupted' : 'completed' };
    case 'unknown':
      return { ...item, status: 'unknown' };
    default:
      return { ...item, status: 'interrupted' };
  }
}

/** What is said: by the person, by the model. */
function parseSaying(value: UnknownRecord, base: Base): HistoryItem | undefined {
  switch (value.type) {
    case 'userMessage':
      // It takes no time.
      return {
        id: base.id,
        status: 'completed',
        kind: 'prompt',
        text: keepStart(textOfParts(value.content)),
      };
    case 'agentMessage':
      return {
        ...base,
        kind: 'message',
        text: textOf(value, 'text'),
        isFinal: value.phase === 'final_answer',
      };
    case 'reasoning': {
      const summary = joinedTexts(value.summary);
      return {
        ...base,
        kind: 'reasoning',
        text: keepStart(summary === '' ? joinedTexts(value.content) : summary),
      };
    }
    case 'plan':
      return { ...base, kind: 'plan', text: textOf(value, 'text') };
    case 'exitedReviewMode':
      return { ...base, kind: 'review', text: textOf(value, 'review') };
    default:
      return undefined;
  }
}

/** What is done to files, and with the shell. */
function parseDoing(value: UnknownRecord, base: Base): HistoryItem | undefined {
  switch (value.type) {
    case 'commandExecution':
      return {
        ...base,
        kind: 'command',
        command: textOf(value, 'command'),
        cwd: optionalString(value.cwd),
        exitCode: numberOf(value.exitCode),
        output: keepEnd(optionalString(value.aggregatedOutput) ?? ''),
      };
    case 'fileChange':
      return { ...base, kind: 'fileChange', changes: parseFileEdits(value.changes) };
    case 'imageView':
      return { ...base, kind: 'image', path: optionalString(value.path) };
    case 'imageGeneration':
      return { ...base, kind: 'image', path: optionalString(value.savedPath) };
    default:
      return undefined;
  }
}

function note(value: UnknownRecord, base: Base): HistoryItem {
  return { ...base, kind: 'note', text: keepStart(noteText(value)) };
}

function noteText(value: UnknownRecord): string {
  switch (value.type) {
    case 'hookPrompt':
      return `A hook said: ${textOfParts(value.fragments)}`;
    case 'sleep':
      return 'Codex waited.';
    case 'enteredReviewMode':
      return `Review: ${textOf(value, 'review')}`;
    case 'contextCompaction':
      return 'The context was compacted.';
    default:
      return optionalString(value.type) ?? 'unknown';
  }
}

/** Items without a status of their own (messages) are as far as the notification says. */
function statusOf(value: unknown, isCompleted: boolean): ProgressStatus {
  switch (value) {
    case 'completed':
    case 'failed':
    case 'declined':
    case 'interrupted':
      return value;
    case 'inProgress':
      return 'running';
    default:
      return isCompleted ? 'completed' : 'running';
  }
}

function durationOf({ durationMs, startedAtMs, completedAtMs }: UnknownRecord): number | undefined {
  const told = numberOf(durationMs);
  if (told !== undefined) return told;
  const [start, end] = [numberOf(startedAtMs), numberOf(completedAtMs)];
  return start === undefined || end === undefined ? undefined : Math.max(0, end - start);
}

function joinedTexts(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value.filter((text) => typeof text === 'string' && text !== '').join('\n\n');
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
