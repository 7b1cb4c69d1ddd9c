import { listRunIds, readRunRecord, recordLogFile } from '../../state/runRecords';
import type { RunRecord } from '../../state/runRecords';
import type { StateFolder } from '../../state/stateFolder';
import type { ThreadOnDisk } from '../../state/threadOnDisk';
import { LogItems } from './logItems';
import { LogLines } from './logLines';
import type { Turn } from './turn';

/** What an agent has said, as a log has it. */
interface Said {
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How long after the end of a turn its run may still write that end (ms). */
const END_MS = 15_000;
/** How long a run may wait for its turn to begin (ms). */
const WAIT_MS = 600_000;
/** How much of the end of a log is read (bytes). */
const MAX_LOG_BYTES = 4 * 1024 * 1024;

/**
 * What was said in a turn that did not complete: of its run record, else of its log. A record is that of the turn
 * by its prompt and its time, a block of a log that several turns share by its time; undefined when in doubt.
 * @param turns all that are known of the thread, oldest first
 */
export async function outputOfTurn(
  places: readonly ThreadOnDisk[],
  threadId: string,
  turn: Turn,
  turns: readonly Turn[],
): Promise<string | undefined> {
  if (turn.startedAt === undefined) return undefined;
  for (const { folder } of places) {
    const record = await recordOf(folder, threadId, turn, turns);
    if (record !== undefined) return record.output ?? (await lastOfOwnLog(folder, record));
  }
  const said = new Map<string, Said>();
  for (const { folder, shortId } of places) {
    const file = folder.sharedLogFile(shortId);
    // The CLI copies a log when it takes a thread over.
    for (const each of await saidIn(file))
      if (isOf(each, turn, turns)) said.set(`${each.at} ${each.text}`, each);
  }
  const [only] = said.values();
  return said.size === 1 ? only?.text : undefined;
}

async function recordOf(
  folder: StateFolder,
  threadId: string,
  turn: Turn,
  turns: readonly Turn[],
): Promise<RunRecord | undefined> {
  const runIds = (await listRunIds(folder)).filter((runId) => mayBegin(turn, timeOfRunId(runId)));
  const found: RunRecord[] = [];
  for (const runId of runIds) {
    const reading = await readRunRecord(folder, runId);
    if (reading.kind !== 'ok' || reading.record.threadId !== threadId) continue;
    if (isRecordOf(reading.record, turn, turns)) found.push(reading.record);
  }
  return found.length === 1 ? found[0] : undefined;
}

function isRecordOf(record: RunRecord, turn: Turn, turns: readonly Turn[]): boolean {
  const prompt = record.prompt?.trim();
  const begin = Date.parse(record.startedAt ?? '');
  const end = record.completedAt === undefined ? Infinity : Date.parse(record.completedAt);
  if (record.status === 'completed' || prompt === undefined || Number.isNaN(begin)) return false;
  const candidates = turns.filter((each) => {
    const { earliest, latest } = beginOf(each);
    return each.prompt?.trim() === prompt && begin <= latest && earliest <= end;
  });
  if (candidates.length !== 1 || candidates[0]?.id !== turn.id) return false;
  // A run towards a goal has several turns: what it has said last may be of any of them.
  const later = turns.slice(turns.findIndex(({ id }) => id === turn.id) + 1);
  return later.every((each) => beginOf(each).latest > end);
}

/** Of a log that is the run's alone. */
async function lastOfOwnLog(folder: StateFolder, record: RunRecord): Promise<string | undefined> {
  const file = await recordLogFile(folder, record);
  if (file?.includes(record.runId) !== true) return undefined;
  return (await saidIn(file)).at(-1)?.text;
}

async function saidIn(file: string): Promise<Said[]> {
  const log = new LogItems();
  const said: Said[] = [];
  for (const line of await new LogLines(file, 0, MAX_LOG_BYTES).read()) {
    const itemId = log.add(line);
    const item = itemId === undefined ? undefined : log.last;
    if (item?.kind === 'message' && item.isFinal && log.lastAt !== undefined) {
      said.push({ text: item.text, at: log.lastAt });
    }
  }
  return said;
}

/** Whether it was said in this turn, and can have been said in no other. */
function isOf({ at }: Said, turn: Turn, turns: readonly Turn[]): boolean {
  const possible = turns.filter((each, index) => {
    const { earliest, latest } = beginOf(each);
    const next = turns[index + 1];
    const isBeforeNext = next === undefined || at <= beginOf(next).latest;
    return earliest <= at && isBeforeNext && at <= latest + (each.durationMs ?? Infinity) + END_MS;
  });
  return possible.length === 1 && possible[0]?.id === turn.id;
}

function mayBegin(turn: Turn, runAt: number | undefined): boolean {
  const { earliest, latest } = beginOf(turn);
  return runAt === undefined || (runAt <= latest && runAt > earliest - WAIT_MS);
}

/**
 * When a turn began, as far as that is known (epoch ms). Codex tells the second; the id of a turn, a UUID of
 * version 7, the millisecond.
 */
function beginOf({ id, startedAt }: Turn): { readonly earliest: number; readonly latest: number } {
  if (startedAt === undefined) return { earliest: -Infinity, latest: Infinity };
  const latest = startedAt + 999;
  const [, high = '', low = ''] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id) ?? [];
  const exact = parseInt(high + low, 16);
  return exact >= startedAt && exact <= latest
    ? { earliest: exact, latest: exact }
    : { earliest: startedAt, latest };
}

/** `run-<base 36 of epoch ms>-<hex>`; undefined when it is formed otherwise. */
function timeOfRunId(runId: string): number | undefined {
  const time = parseInt(/^run-([0-9a-z]{8})-/.exec(runId)?.[1] ?? '', 36);
  return Number.isNaN(time) ? undefined : time;
}
