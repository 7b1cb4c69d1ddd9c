import type { AppServer } from '../../appServer/appServer';
import type { ClientRequests } from '../../appServer/methods';
import { AppServerRequestError, isUnknownMethod } from '../../appServer/requestError';
import { isRecord, optionalString } from '../../base/record';
import { errorText, UserError } from '../../base/userError';
import { parseCodexTurn, parseItems } from './codexTurn';
import type { HistoryItem, Turn } from './turn';

/** Turns of a page, oldest first. */
export interface TurnPage {
  readonly turns: readonly Turn[];
  /** Leads to the page before it; undefined when there is none. */
  readonly older: string | undefined;
}

/** Lets `work` use a server that holds no thread. */
export interface ServerPool {
  use<T>(work: (server: Pick<AppServer, 'request'>) => Promise<T>): Promise<T>;
}

const TURNS_AT_ONCE = 20;
/** Each may hold 1 MiB of output, and all of them come in one line. */
const ITEMS_AT_ONCE = 32;

/** What codex knows of the turns of one thread, read without loading the thread. */
export class CodexHistory {
  readonly #server: ServerPool;
  readonly #threadId: string;

  constructor(server: ServerPool, threadId: string) {
    this.#server = server;
    this.#threadId = threadId;
  }

  /**
   * A page of turns, the newest without a cursor; on servers before 0.142 all of them. Undefined when codex has
   * nothing of the thread.
   * @throws UserError
   */
  async page(cursor: string | undefined): Promise<TurnPage | undefined> {
    try {
      const answer = await this.#request('thread/turns/list', {
        ...{ threadId: this.#threadId, limit: TURNS_AT_ONCE, itemsView: 'summary' },
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (!isRecord(answer)) return { turns: [], older: undefined };
      const turns = parseTurns(answer.data, false).reverse();
      return { turns, older: optionalString(answer.nextCursor) };
    } catch (error) {
      if (isUnknownThread(error)) return undefined;
      if (isUnsupported(error)) return await this.#everything();
      throw readingFailed(error);
    }
  }

  /**
   * All items of a turn, in their order; undefined when codex has none of it.
   * @throws UserError
   */
  async items({ id: turnId, status }: Turn): Promise<readonly HistoryItem[] | undefined> {
    const items: unknown[] = [];
    const cursors = new Set<string>();
    for (let cursor: string | undefined; ;) {
      try {
        const answer = await this.#request('thread/items/list', {
          ...{ threadId: this.#threadId, turnId, limit: ITEMS_AT_ONCE },
          ...(cursor === undefined ? {} : { cursor }),
        });
        const entries = isRecord(answer) && Array.isArray(answer.data) ? (answer.data as unknown[]) : [];
        items.push(...entries.map((entry) => (isRecord(entry) ? entry.item : undefined)));
        cursor = isRecord(answer) ? optionalString(answer.nextCursor) : undefined;
      } catch (error) {
        if (isUnsupported(error)) return await this.#itemsOf(turnId);
        if (isUnknownThread(error)) return undefined;
        throw readingFailed(error);
      }
      if (cursor === undefined || cursors.has(cursor)) return parseItems(items, status);
      cursors.add(cursor);
    }
  }

  async #itemsOf(turnId: string): Promise<readonly HistoryItem[] | undefined> {
    return (await this.#everything())?.turns.find(({ id }) => id === turnId)?.items;
  }

  /** For servers, and for old threads, without pages. */
  async #everything(): Promise<TurnPage | undefined> {
    try {
      const answer = await this.#request('thread/read', { threadId: this.#threadId, includeTurns: true });
      const thread = isRecord(answer) && isRecord(answer.thread) ? answer.thread : {};
      return { turns: parseTurns(thread.turns, true), older: undefined };
    } catch (error) {
      if (isUnknownThread(error) || isUnsupported(error)) return undefined;
      throw readingFailed(error);
    }
  }

  async #request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]['params'],
  ): Promise<unknown> {
    return await this.#server.use((server) => server.request(method, params));
  }
}

function parseTurns(value: unknown, areWhole: boolean): Turn[] {
  const turns = Array.isArray(value) ? (value as unknown[]) : [];
  return turns.flatMap((turn) => parseCodexTurn(turn, areWhole) ?? []);
}

/** Codex keeps nothing of a thread before its first turn; older versions keep archived ones to themselves. */
function isUnknownThread(error: unknown): boolean {
  return (
    error instanceof AppServerRequestError &&
    /thread not (loaded|found)|no rollout found|not materialized|is archived|invalid thread id/i.test(
      error.message,
    )
  );
}

function isUnsupported(error: unknown): boolean {
  if (isUnknownMethod(error)) return true;
  return (
    error instanceof AppServerRequestError &&
    /experimentalApi|not supported yet|unknown variant/.test(error.message)
  );
}

function readingFailed(error: unknown): unknown {
  if (error instanceof UserError) return error;
  return new UserError(
    `Codex could not read what happened in this thread: ${errorText(error)}. Try again, or open its log.`,
    { cause: error },
  );
}
