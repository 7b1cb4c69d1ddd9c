import type { ThreadListParams } from '../appServer/protocol/v2/ThreadListParams';
import type { ThreadSourceKind } from '../appServer/protocol/v2/ThreadSourceKind';
import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { namedEntry } from '../state/entryName';
import { previewOf } from '../state/entryPreview';
import { isSafeId } from '../state/ids';
import { titleOf } from './threadTitle';
import type { UtilityServer } from './utilityServer';

/** A thread as codex lists it. */
export interface ListedThread {
  readonly id: string;
  /** Its name, else the first line of its first prompt, fit to be shown. */
  readonly title: string;
  /** As codex has it, at most 200 characters. */
  readonly name: string | undefined;
  /** The beginning of its first prompt. */
  readonly preview: string | undefined;
  readonly cwd: string | undefined;
  readonly model: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
}

export interface ListedPage {
  readonly threads: readonly ListedThread[];
  /** Leads to the next page; undefined on the last one. */
  readonly nextCursor: string | undefined;
}

/** Codex gives at most 100 rows at a time. */
const PAGE_SIZE = 100;

/** Everybody who talks with a person or works for one. Not named, `exec` would be left out; subagents always are. */
const SOURCES: ThreadSourceKind[] = ['cli', 'vscode', 'exec'];

/** The farthest a `Date` reaches (ms). */
const MAX_TIME = 8.64e15;

/** One page of `thread/list`, whichever model provider the threads are of. Rows without a usable id are left out. */
export async function listThreads(server: UtilityServer, params: ThreadListParams): Promise<ListedPage> {
  const common = { limit: PAGE_SIZE, sourceKinds: SOURCES, modelProviders: [] };
  const answer: unknown = await server.use((running) =>
    running.request('thread/list', { ...common, ...params }),
  );
  const rows = isRecord(answer) && Array.isArray(answer.data) ? answer.data : [];
  return {
    threads: rows.flatMap((row) => parseListedThread(row) ?? []),
    nextCursor: isRecord(answer) ? optionalString(answer.nextCursor) : undefined,
  };
}

/** What an index says of a thread that was only listed; the status is for the caller to add. */
export function entryOf(thread: ListedThread): UnknownRecord {
  const { id: threadId, model, cwd, preview, createdAt, updatedAt } = thread;
  const changed = updatedAt ?? createdAt ?? Date.now();
  const entry = {
    threadId,
    createdAt: new Date(createdAt ?? changed).toISOString(),
    updatedAt: new Date(changed).toISOString(),
    model,
    cwd,
    preview,
  };
  return thread.name === undefined ? entry : namedEntry(entry, thread.name);
}

/** Checks a thread as codex tells of it (`thread/list`, `thread/read`); undefined without a usable id. */
export function parseListedThread(row: unknown): ListedThread | undefined {
  if (!isRecord(row) || !isSafeId(row.id)) return undefined;
  const [name, preview] = [textOf(row.name), textOf(row.preview)];
  return {
    id: row.id,
    title: titleOf(name ?? preview, `Thread ${row.id.slice(0, 8)}`),
    name,
    preview,
    cwd: optionalString(row.cwd),
    model: optionalString(row.model),
    createdAt: timeOf(row.createdAt),
    updatedAt: timeOf(row.updatedAt),
  };
}

/** Undefined also for an empty one. */
function textOf(value: unknown): string | undefined {
  const text = previewOf(optionalString(value) ?? '');
  return text === '' ? undefined : text;
}

/** Codex tells seconds. */
function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value * 1000) <= MAX_TIME ? value * 1000 : undefined;
}
