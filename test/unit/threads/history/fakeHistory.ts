import { AppServerRequestError } from '../../../../src/appServer/requestError';
import { Emitter } from '../../../../src/base/event';
import { silentLog } from '../../../../src/base/log';
import type { ServerPool } from '../../../../src/threads/history/codexHistory';
import type { HistoryRun, LoggedTurn } from '../../../../src/threads/history/followedTurns';
import { HistoryReader } from '../../../../src/threads/history/historyReader';
import { LiveTurn } from '../../../../src/threads/history/liveTurn';
import type { HistoryChange, ThreadHistory } from '../../../../src/threads/history/threadHistory';
import type { Turn } from '../../../../src/threads/history/turn';
import type { TurnChange } from '../../../../src/threads/history/turnSource';
import type { Thread } from '../../../../src/threads/thread';
import { ThreadStore } from '../../../../src/threads/threadStore';

type Answer = (params: Record<string, unknown>) => unknown;

/** A codex whose history a test writes: turns oldest first, as `thread/read` of an old server has them. */
export class FakeCodex implements ServerPool {
  turns: Record<string, unknown>[] = [];
  /** Methods that this version refuses, and in which words. */
  readonly refused = new Map<string, string>();
  readonly asked: string[] = [];

  async use<T>(work: (server: never) => Promise<T>): Promise<T> {
    const server = { request: (method: string, params: object) => this.#answer(method, params) };
    return await work(server as never);
  }

  async #answer(method: string, params: object): Promise<unknown> {
    this.asked.push(method);
    await new Promise((resolve) => setImmediate(resolve));
    const refusal = this.refused.get(method);
    if (refusal !== undefined) throw new AppServerRequestError(method, -32600, refusal);
    const answers: Record<string, Answer> = {
      'thread/turns/list': (asked) => this.#page(asked),
      'thread/items/list': ({ turnId }) => ({
        data: this.#items(turnId).map((item) => ({ turnId, item })),
        nextCursor: null,
      }),
      'thread/read': () => ({ thread: { turns: this.turns } }),
    };
    return answers[method]?.(params as Record<string, unknown>);
  }

  #page({ cursor, limit }: Record<string, unknown>): unknown {
    const begin = cursor === undefined ? 0 : Number(cursor);
    const end = begin + Number(limit);
    const data = [...this.turns].reverse().slice(begin, end);
    const summaries = data.map((turn) => ({
      ...turn,
      items: this.#items(turn.id).filter((item) => item?.type !== 'commandExecution'),
      itemsView: 'summary',
    }));
    return { data: summaries, nextCursor: end < this.turns.length ? String(end) : null };
  }

  #items(turnId: unknown): (Record<string, unknown> | null)[] {
    return (this.turns.find(({ id }) => id === turnId)?.items ?? []) as Record<string, unknown>[];
  }
}

/** A turn of somebody else, whose log a test writes. */
export class FakeLoggedTurn implements LoggedTurn {
  readonly #didChange = new Emitter<TurnChange>();
  readonly onDidChange = this.#didChange.event;
  isAdopted = false;
  current: Turn = {
    ...{ id: 'run', status: 'running', prompt: undefined, startedAt: undefined, durationMs: undefined },
    ...{ error: undefined, items: [], hasAllItems: true, plan: undefined },
  };

  get id(): string {
    return this.current.id;
  }

  adopt(turns: readonly Turn[]): void {
    const newest = turns.at(-1);
    if (newest?.status !== 'unknown') return;
    this.isAdopted = true;
    this.current = { ...this.current, id: newest.id };
  }

  says(text: string): void {
    const item = { id: `log-${this.current.items.length}`, kind: 'note', status: 'completed', text } as const;
    this.current = { ...this.current, items: [...this.current.items, item] };
    this.#didChange.fire({ kind: 'item', itemId: item.id });
  }

  end(status: Turn['status']): Promise<void> {
    this.current = { ...this.current, status };
    this.#didChange.fire({ kind: 'turn' });
    return Promise.resolve();
  }

  dispose(): void {
    this.#didChange.dispose();
  }
}

/** The history of one thread on fakes of everything around it. */
export class HistoryBench {
  readonly codex = new FakeCodex();
  readonly store = new ThreadStore();
  readonly loggedTurns: Turn[] = [];
  /** What the runs of turns had said, by the ids of the turns. */
  readonly outputs = new Map<string, string>();
  readonly changes: HistoryChange[] = [];
  readonly reader: HistoryReader;
  logged = new FakeLoggedTurn();
  #run: HistoryRun | undefined;
  readonly #runsChanged = new Emitter<string>();

  constructor() {
    this.reader = new HistoryReader({
      server: this.codex,
      runs: { get: () => this.#run, onDidChange: this.#runsChanged.event },
      store: this.store,
      logged: {
        follow: () => (this.logged = new FakeLoggedTurn()),
        read: () => Promise.resolve(this.loggedTurns),
        outputOf: (_, { id }) => Promise.resolve(this.outputs.get(id)),
      },
      log: silentLog,
    });
  }

  open(): ThreadHistory {
    const history = this.reader.open('thread');
    history.onDidChange((change) => this.changes.push(change));
    return history;
  }

  thread(fields: Partial<Thread>): void {
    const thread = {
      id: 'thread',
      status: 'running',
      owner: 'cli',
      ownerPid: 7,
      updatedAt: 2_000_000,
      ...fields,
    };
    this.store.update([['thread', thread as Thread]]);
  }

  /** Begins a run of ours, whose notifications the test makes. */
  begin(): { live: LiveTurn; end: () => void } {
    const live = new LiveTurn('thread', 'Prompt of t9');
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.#run = { turn: live, ended };
    this.#runsChanged.fire('thread');
    return {
      live,
      end: () => {
        this.#run = undefined;
        this.#runsChanged.fire('thread');
        end();
      },
    };
  }
}

/** Turns of codex's history, each with a prompt, a command and an answer. */
export function codexTurns(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, at) => codexTurn(`t${at + 1}`));
}

export function codexTurn(id: string, fields: object = {}): Record<string, unknown> {
  return {
    id,
    status: 'completed',
    error: null,
    startedAt: 1000,
    completedAt: 1001,
    durationMs: 12,
    items: [
      { type: 'userMessage', id: `${id}-u`, content: [{ type: 'text', text: `Prompt of ${id}` }] },
      { type: 'commandExecution', id: `${id}-c`, command: 'make', status: 'completed', exitCode: 0 },
      { type: 'agentMessage', id: `${id}-m`, text: `Answer of ${id}`, phase: 'final_answer' },
    ],
    ...fields,
  };
}

/** "id status item, item" of each turn; a dot stands behind one whose items are not all there. */
export function turnLines(turns: readonly Turn[]): string[] {
  return turns.map(({ id, status, items, hasAllItems }) => {
    const names = items.map((item) => (item.id.startsWith(id) ? item.id.slice(id.length + 1) : item.id));
    return `${id} ${status} ${names.join(',')}${hasAllItems ? '' : ' …'}`;
  });
}
