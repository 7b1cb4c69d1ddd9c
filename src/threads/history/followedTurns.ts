import { DisposableStore } from '../../base/disposable';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/event';
import { isActive } from '../thread';
import type { Thread } from '../thread';
import type { ThreadReader } from '../threadStore';
import type { HistoryChanges } from './historyChanges';
import { LiveTurn } from './liveTurn';
import type { ProgressStatus, TokenUsage, Turn } from './turn';
import type { TurnChange, TurnSource } from './turnSource';

/** A run of ours, as far as its history needs it. */
export interface HistoryRun {
  readonly turn: LiveTurn;
  /** Resolves when its process has ended. */
  readonly ended: Promise<unknown>;
}

export interface HistoryRuns {
  get(threadId: string): HistoryRun | undefined;
  /** The thread whose run began, changed or ended. */
  readonly onDidChange: Event<string>;
}

/** A turn that somebody else runs, followed by its log until it is disposed. */
export interface LoggedTurn extends TurnSource, Disposable {
  /** Whether it is known which turn of codex's history it is, and what its prompt was. */
  readonly isAdopted: boolean;
  /** Takes the turn of codex's history that it is, if that is among these. */
  adopt(turns: readonly Turn[]): void;
  /** Reads what was added last, and closes it. Never rejects. */
  end(status: ProgressStatus, error: string | undefined): Promise<void>;
}

/** The turns that were logged. */
export interface LoggedTurns {
  /** The turn that runs. */
  follow(threadId: string): LoggedTurn;
  /** Those of the past, oldest first. @throws UserError */
  read(threadId: string): Promise<readonly Turn[]>;
  /**
   * What was said in a turn that did not complete, as its run left it; undefined when nobody knows, or when it
   * may be of another one of these turns (oldest first). @throws a Node error when it cannot be read
   */
  outputOf(threadId: string, turn: Turn, turns: readonly Turn[]): Promise<string | undefined>;
}

/** A turn that is under way, or that has ended here and was not read from codex since. */
export type FollowedTurn = { readonly subscription: Disposable } & (
  | { readonly kind: 'ours'; readonly source: LiveTurn; readonly ended: Promise<unknown> }
  | { readonly kind: 'logged'; readonly source: LoggedTurn; readonly pid: number | undefined }
);

interface Parts {
  readonly runs: HistoryRuns;
  readonly store: Pick<ThreadReader, 'get' | 'onDidChange'>;
  readonly logged: LoggedTurns;
}

interface Hooks {
  /** `turns()` is to be asked again. */
  invalidate(): void;
  /** Lets `change` happen, and tells by what the turns differ then. */
  apply(change: () => void): void;
  /** Codex should know by now what it did not know before. */
  readAgain(): void;
}

/** How often codex is asked for a turn that is logged and that it does not list: it may have another home. */
const MAX_ASKED = 9;
/** After that long (ms) it is asked first, and then after half as long again and more each time. */
const ASK_AFTER_MS = 500;

/** Follows the turn of a thread that is under way: one of ours as codex tells it, else by its log. */
export class FollowedTurns implements Disposable {
  readonly #threadId: string;
  readonly #parts: Parts;
  readonly #changes: HistoryChanges;
  readonly #hooks: Hooks;
  readonly #lifetime = new DisposableStore();
  #current: FollowedTurn | undefined;
  #ended: readonly FollowedTurn[] = [];
  readonly #silent = new WeakSet<FollowedTurn>();
  #tokenUsage: TokenUsage | undefined;
  /** How often codex was asked because of what was logged. */
  #asked = 0;
  #askLater: NodeJS.Timeout | undefined;
  #isStarted = false;

  constructor(threadId: string, parts: Parts, changes: HistoryChanges, hooks: Hooks) {
    this.#threadId = threadId;
    this.#parts = parts;
    this.#changes = changes;
    this.#hooks = hooks;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get tokenUsage(): TokenUsage | undefined {
    return this.#tokenUsage;
  }

  /** Those of which nothing more is to come. */
  get ended(): readonly FollowedTurn[] {
    return this.#ended.filter((each) => this.#silent.has(each));
  }

  /** When the first of them began of which no log is read (epoch ms). */
  get begin(): number {
    const all = [...this.#ended.filter(({ kind }) => kind === 'ours'), this.#current];
    return Math.min(...all.map((each) => each?.source.current?.startedAt ?? Infinity));
  }

  /** Oldest first. */
  turns(): Turn[] {
    const all = this.#current === undefined ? this.#ended : [...this.#ended, this.#current];
    return all.flatMap(({ source }) => source.current ?? []);
  }

  start(): void {
    this.#isStarted = true;
    const { runs, store } = this.#parts;
    this.#lifetime.add(
      runs.onDidChange((id) => {
        if (id === this.#threadId) this.#update();
      }),
    );
    this.#lifetime.add(
      store.onDidChange((changes) => {
        if (changes.some(({ id }) => id === this.#threadId)) this.#update();
      }),
    );
    this.#update();
  }

  /** Codex (or the logs) told these turns when `ended` were over: of them it need not be known here any more. */
  told(turns: readonly Turn[], ended: readonly FollowedTurn[]): void {
    const ids = new Set(turns.map(({ id }) => id));
    const isTold = (each: FollowedTurn): boolean => {
      const { id } = each.source;
      if (!ended.includes(each)) return false;
      return id === undefined || ids.has(id) || (each.kind === 'logged' && !each.source.isAdopted);
    };
    const told = this.#ended.filter(isTold);
    this.#ended = this.#ended.filter((each) => !told.includes(each));
    for (const each of told) endFollowing(each);
    if (this.#current?.kind === 'logged') this.#current.source.adopt(turns);
  }

  dispose(): void {
    this.#lifetime.dispose();
    clearTimeout(this.#askLater);
    for (const each of this.#ended) endFollowing(each);
    if (this.#current !== undefined) endFollowing(this.#current);
    this.#ended = [];
    this.#current = undefined;
  }

  #update(): void {
    const run = this.#parts.runs.get(this.#threadId);
    const foreign = foreignRun(this.#parts.store.get(this.#threadId));
    if (isStill(this.#current, run, foreign)) {
      const pid = foreign?.pid;
      if (this.#current?.kind === 'logged' && pid !== undefined) this.#current = { ...this.#current, pid };
      return;
    }
    this.#hooks.apply(() => {
      const left = this.#current;
      clearTimeout(this.#askLater);
      if (run !== undefined) this.#current = this.#followRun(run);
      else this.#current = foreign === undefined ? undefined : this.#followLog(foreign);
      if (left !== undefined) this.#leave(left, run !== undefined);
    });
  }

  #followRun({ turn: source, ended }: HistoryRun): FollowedTurn {
    this.#tokenUsage = source.tokenUsage ?? this.#tokenUsage;
    return { kind: 'ours', source, ended, subscription: this.#listen(source) };
  }

  #followLog({ pid }: ForeignRun): FollowedTurn {
    const source = this.#parts.logged.follow(this.#threadId);
    this.#asked = 0;
    this.#askAfter(ASK_AFTER_MS);
    return { kind: 'logged', pid, source, subscription: this.#listen(source) };
  }

  #leave(left: FollowedTurn, isOursNext: boolean): void {
    if (left.kind === 'logged' && isOursNext) {
      // It was ours all along: its entry was read before its run was known here.
      endFollowing(left);
      return;
    }
    this.#ended = [...this.#ended, left];
    void this.#endOf(left).then(() => {
      this.#silent.add(left);
      this.#hooks.readAgain();
    });
  }

  async #endOf(left: FollowedTurn): Promise<unknown> {
    if (left.kind === 'ours') return await left.ended;
    const { status, reason } = this.#parts.store.get(this.#threadId) ?? {};
    await left.source.end(endedStatus(status), reason);
    return undefined;
  }

  #listen(source: TurnSource): Disposable {
    return source.onDidChange((change) => this.#changed(source, change));
  }

  #changed(source: TurnSource, change: TurnChange): void {
    if (source instanceof LiveTurn) this.#tokenUsage = source.tokenUsage ?? this.#tokenUsage;
    const turnId = source.id;
    this.#hooks.invalidate();
    if (change.kind === 'thread') {
      this.#changes.thread();
      return;
    }
    if (turnId === undefined) return;
    if (change.kind === 'turn') this.#changes.turn(turnId);
    else if (change.kind === 'item') this.#changes.item(turnId, change.itemId);
    else this.#changes.delta({ turnId, ...change });
    if (source === this.#current?.source) this.#askForLogged();
  }

  /** The owner of a turn notes it before codex has begun it, and may log nothing for long. */
  #askAfter(delayMs: number, times = MAX_ASKED): void {
    this.#askLater = setTimeout(() => {
      if (!this.#isUnlisted || times === 0) return;
      this.#hooks.readAgain();
      this.#askAfter(delayMs * 1.6, times - 1);
    }, delayMs);
  }

  /** What is logged may be of a turn that codex has just begun. */
  #askForLogged(): void {
    if (!this.#isUnlisted || this.#asked >= MAX_ASKED) return;
    this.#asked += 1;
    this.#hooks.readAgain();
  }

  /** It is not known which turn of codex's history the logged one is. */
  get #isUnlisted(): boolean {
    return this.#current?.kind === 'logged' && !this.#current.source.isAdopted;
  }
}

interface ForeignRun {
  readonly pid: number | undefined;
}

function foreignRun(thread: Thread | undefined): ForeignRun | undefined {
  if (thread === undefined || !isActive(thread)) return undefined;
  const isForeign = thread.owner === 'cli' || thread.owner === 'anotherWindow';
  return isForeign ? { pid: thread.ownerPid } : undefined;
}

function isStill(
  current: FollowedTurn | undefined,
  run: HistoryRun | undefined,
  foreign: ForeignRun | undefined,
): boolean {
  if (current?.kind === 'ours' || run !== undefined) return current?.source === run?.turn;
  if (current === undefined || foreign === undefined) return current === foreign;
  // The process of a turn is noted a moment after the turn is.
  return current.pid === undefined || foreign.pid === undefined || current.pid === foreign.pid;
}

function endedStatus(status: Thread['status'] | undefined): ProgressStatus {
  return status === 'completed' || status === 'failed' || status === 'interrupted' ? status : 'unknown';
}

function endFollowing(followed: FollowedTurn): void {
  followed.subscription.dispose();
  if (followed.kind === 'logged') followed.source.dispose();
}
