import type { Log } from '../../base/log';
import { errorText, UserError } from '../../base/userError';
import { listRunRecords, readRunRecord, recordLogFile } from '../../state/runRecords';
import type { RunRecord } from '../../state/runRecords';
import type { RunSummary } from '../../state/runSummary';
import type { ThreadOnDisk } from '../../state/threadOnDisk';
import { preferredPlace } from '../reconcile';
import type { ThreadReader } from '../threadStore';
import type { LoggedTurn, LoggedTurns } from './followedTurns';
import { ForeignTurn } from './foreignTurn';
import { LogItems } from './logItems';
import { LogLines } from './logLines';
import { outputOfTurn } from './outputOfTurn';
import type { HistoryItem, ProgressStatus, Turn } from './turn';

/** Where the log of a turn that runs elsewhere is, and what its owner noted of it. */
export interface RunPlace {
  readonly runId: string;
  readonly prompt: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined;
  readonly file: string;
  /** Where its part of the log begins, in bytes. */
  readonly offset: number;
  /** Lines of before that time (epoch ms) are of earlier turns. */
  readonly since: number;
}

interface SharedRuns {
  threadsOnDisk(threadId: string): readonly ThreadOnDisk[];
  loadLatestRun(threadId: string): Promise<RunSummary | undefined>;
}

/** The turns of threads as the shared folder has them: run records where there are some, and logs. */
export class LoggedRuns implements LoggedTurns {
  readonly #state: SharedRuns;
  readonly #store: Pick<ThreadReader, 'get'>;
  readonly #log: Log;

  constructor(state: SharedRuns, store: Pick<ThreadReader, 'get'>, log: Log) {
    this.#state = state;
    this.#store = store;
    this.#log = log;
  }

  follow(threadId: string): LoggedTurn {
    return new ForeignTurn(() => this.#runningPlace(threadId), this.#log);
  }

  async read(threadId: string): Promise<readonly Turn[]> {
    const places = this.#state.threadsOnDisk(threadId);
    const turns: Turn[] = [];
    try {
      for (const place of places) turns.push(...(await turnsAt(place, threadId)));
    } catch (error) {
      throw new UserError(`The logs of this thread could not be read: ${errorText(error)}`, { cause: error });
    }
    return turns.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  }

  async outputOf(threadId: string, turn: Turn, turns: readonly Turn[]): Promise<string | undefined> {
    return await outputOfTurn(this.#state.threadsOnDisk(threadId), threadId, turn, turns);
  }

  async #runningPlace(threadId: string): Promise<RunPlace | undefined> {
    const latest = await this.#state.loadLatestRun(threadId);
    const places = this.#state.threadsOnDisk(threadId);
    const recorded = places.find(
      ({ latestRun }) => latestRun !== undefined && latestRun.runId === latest?.runId,
    );
    if (latest?.status === 'running' && recorded !== undefined) {
      const reading = await readRunRecord(recorded.folder, latest.runId);
      const place = reading.kind === 'ok' ? await recordedPlace(recorded, reading.record) : undefined;
      if (place !== undefined) return place;
    }
    return this.#sharedPlace(threadId, preferredPlace(places));
  }

  /** Without a record: the log of all turns of the thread, from the time at which its entry began to say so. */
  #sharedPlace(threadId: string, place: ThreadOnDisk | undefined): RunPlace | undefined {
    if (place?.folder.layout !== 'global') return undefined;
    const startedAt = this.#store.get(threadId)?.turnStartedAt;
    const file = place.folder.sharedLogFile(place.shortId);
    const runId = `run-of-${place.shortId}`;
    return { runId, prompt: undefined, startedAt, file, offset: 0, since: startedAt ?? 0 };
  }
}

async function recordedPlace({ folder }: ThreadOnDisk, record: RunRecord): Promise<RunPlace | undefined> {
  const file = await recordLogFile(folder, record);
  if (file === undefined) return undefined;
  const { runId, prompt, logOffset: offset } = record;
  return { runId, prompt, startedAt: timeOf(record.startedAt), file, offset, since: 0 };
}

async function turnsAt({ folder, shortId }: ThreadOnDisk, threadId: string): Promise<Turn[]> {
  const records = (await listRunRecords(folder)).records.filter((record) => record.threadId === threadId);
  if (records.length === 0) return await sharedTurns(folder.sharedLogFile(shortId), shortId);
  const turns: Turn[] = [];
  for (const record of records) {
    const file = await recordLogFile(folder, record);
    // A log that several turns share cannot be told apart from here on.
    const lines = file?.includes(record.runId) === true ? await new LogLines(file).read() : [];
    turns.push(recordedTurn(record, lines));
  }
  return turns;
}

function recordedTurn(record: RunRecord, lines: readonly string[]): Turn {
  const { runId, prompt, output, error } = record;
  const log = new LogItems();
  for (const line of lines) log.add(line);
  const status = endedStatus(record.status);
  log.close(status);
  const [startedAt, completedAt] = [timeOf(record.startedAt), timeOf(record.completedAt)];
  const durationMs =
    startedAt === undefined || completedAt === undefined ? undefined : Math.max(0, completedAt - startedAt);
  const isAnswered = log.items.some((item) => item.kind === 'message' && item.isFinal);
  const answer: HistoryItem[] =
    output === undefined || isAnswered
      ? []
      : [{ id: 'output', status: 'completed', kind: 'message', text: output, isFinal: true }];
  const items = [...promptItems(prompt), ...log.items, ...answer];
  return { ...emptyTurn(runId, status), prompt, startedAt, durationMs, error, items };
}

/** The turns of a log without records: each ends with what the agent said. */
async function sharedTurns(file: string, shortId: string): Promise<Turn[]> {
  const turns: Turn[] = [];
  let log = new LogItems();
  const take = (status: ProgressStatus): void => {
    log.close(status);
    const { items, firstAt: startedAt, lastAt = 0 } = log;
    if (startedAt === undefined) return;
    const turn = emptyTurn(`logged-${shortId}-${turns.length + 1}`, status);
    turns.push({ ...turn, startedAt, durationMs: lastAt - startedAt, items });
    log = new LogItems();
  };
  for (const line of await new LogLines(file).read()) {
    const itemId = log.add(line);
    const item = itemId === undefined ? undefined : log.last;
    if (item?.kind === 'message' && item.isFinal) take('completed');
  }
  take('unknown');
  return turns;
}

function promptItems(prompt: string | undefined): HistoryItem[] {
  return prompt === undefined ? [] : [{ id: 'prompt', status: 'completed', kind: 'prompt', text: prompt }];
}

function emptyTurn(id: string, status: ProgressStatus): Turn {
  return {
    ...{ id, status, prompt: undefined, startedAt: undefined, durationMs: undefined, error: undefined },
    ...{ items: [], hasAllItems: true, plan: undefined },
  };
}

function endedStatus(status: string | undefined): ProgressStatus {
  switch (status) {
    case 'completed':
    case 'failed':
    case 'interrupted':
      return status;
    case 'killed':
    case 'cancelled': // the word of older versions
      return 'interrupted';
    default:
      return 'unknown';
  }
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
