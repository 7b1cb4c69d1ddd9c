import { Coalescer } from '../../base/coalescer';
import { DisposableStore } from '../../base/disposable';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/event';
import type { Log } from '../../base/log';
import { errorText } from '../../base/userError';
import type { ThreadReader } from '../threadStore';
import { CodexHistory } from './codexHistory';
import type { ServerPool } from './codexHistory';
import { promptOf, settledTurn } from './codexTurn';
import { FollowedTurns } from './followedTurns';
import type { FollowedTurn, HistoryRuns, LoggedTurns } from './followedTurns';
import { HistoryChanges } from './historyChanges';
import { LOST_ANSWER, withLostAnswer } from './lostAnswer';
import type { HistoryChange } from './threadHistory';
import type { TokenUsage, Turn } from './turn';
import { isSameEnd, keepSame, withNewestPage, withSeenItems } from './turnMerging';

export interface TimelineParts {
  readonly server: ServerPool;
  readonly runs: HistoryRuns;
  readonly store: Pick<ThreadReader, 'get' | 'onDidChange'>;
  readonly logged: LoggedTurns;
  readonly log: Log;
}

/** Codex and the clock of this process may tell the begin of the same turn that far apart (ms). */
const SAME_BEGIN_MS = 5_000;

/** The turns of one thread out of all their sources, for as long as somebody looks at them. */
export class ThreadTimeline implements Disposable {
  readonly #threadId: string;
  readonly #parts: TimelineParts;
  readonly #codex: CodexHistory;
  readonly #lifetime = new DisposableStore();
  readonly #changes = this.#lifetime.add(new HistoryChanges());
  readonly #followed: FollowedTurns;
  readonly #reading = new Coalescer(() => this.#read());
  readonly #itemReads = new Map<string, Promise<void>>();
  #loading: Promise<void> | undefined;
  #olderRead: Promise<void> | undefined;
  /** What codex, or the logs in its place, told; oldest first. */
  #stored: readonly Turn[] = [];
  /** Turns of ours that were seen to their end. */
  readonly #seen = new Set<string | undefined>();
  #older: string | undefined;
  #hasRead = false;
  #isDisposed = false;
  #shown: readonly Turn[] | undefined;
  /** The same turns without an end stay the same objects. */
  readonly #settled = new WeakMap<Turn, Turn>();

  /** Gathered over a short while. */
  readonly onDidChange: Event<HistoryChange> = this.#changes.event;

  constructor(threadId: string, parts: TimelineParts) {
    this.#threadId = threadId;
    this.#parts = parts;
    this.#codex = new CodexHistory(parts.server, threadId);
    this.#followed = this.#lifetime.add(
      new FollowedTurns(threadId, parts, this.#changes, {
        invalidate: () => (this.#shown = undefined),
        apply: (change) => this.#apply(change),
        readAgain: () => this.#readInBackground(),
      }),
    );
  }

  get hasOlderTurns(): boolean {
    return this.#older !== undefined;
  }

  /** Of the whole thread; known from its runs in this window only. */
  get tokenUsage(): TokenUsage | undefined {
    return this.#followed.tokenUsage;
  }

  turns(): readonly Turn[] {
    return (this.#shown ??= this.#show());
  }

  /** @throws UserError; then the next call tries again */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** @throws UserError */
  loadOlder(): Promise<void> {
    this.#olderRead ??= this.#loadOlder().finally(() => (this.#olderRead = undefined));
    return this.#olderRead;
  }

  /** @throws UserError */
  async loadItems(turnId: string): Promise<void> {
    const turn = this.turns().find(({ id }) => id === turnId);
    if (turn === undefined || turn.hasAllItems) return;
    const reading = this.#itemReads.get(turnId) ?? this.#loadItems(turn);
    this.#itemReads.set(turnId, reading);
    await reading;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#lifetime.dispose();
  }

  async #load(): Promise<void> {
    if (!this.#followed.isStarted) {
      this.#followed.start();
      this.#lifetime.add(
        this.#parts.store.onDidChange((changes) => {
          if (changes.some(({ id }) => id === this.#threadId)) this.#threadChanged();
        }),
      );
    }
    await this.#reading.run();
  }

  /** What became of a turn without an end is known by its thread; who killed it notes that before its run does. */
  #threadChanged(): void {
    this.#apply(() => undefined);
    const newest = this.#stored.at(-1);
    if (newest?.hasAllItems !== true || this.#seen.has(newest.id)) return;
    void this.#withLostAnswer(newest, this.turns()).then((turn) => {
      if (this.#isDisposed || turn === newest || !this.#stored.includes(newest)) return;
      this.#apply(() => this.#replace(newest, turn));
    });
  }

  async #loadOlder(): Promise<void> {
    const cursor = this.#older;
    if (cursor === undefined) return;
    const page = await this.#codex.page(cursor);
    if (this.#isDisposed || cursor !== this.#older) return;
    this.#apply(() => {
      const known = new Set(this.#stored.map(({ id }) => id));
      this.#stored = [...(page?.turns ?? []).filter(({ id }) => !known.has(id)), ...this.#stored];
      this.#older = page?.older === cursor ? undefined : page?.older;
    });
    this.#changes.reset();
  }

  async #loadItems(shown: Turn): Promise<void> {
    // Without what was made of it for as long as its thread is as it is.
    const turn = this.#stored.find(({ id }) => id === shown.id) ?? shown;
    try {
      const items = (await this.#codex.items(turn)) ?? turn.items;
      const told = { ...turn, prompt: turn.prompt ?? promptOf(items), items, hasAllItems: true };
      const whole = await this.#withLostAnswer(told, this.turns());
      if (!this.#isDisposed) this.#apply(() => this.#replace(shown, whole));
    } finally {
      this.#itemReads.delete(turn.id);
    }
  }

  #readInBackground(): void {
    if (this.#isDisposed) return;
    this.#reading.run().catch((error: unknown) => {
      this.#parts.log.warn(`The history of thread ${this.#threadId}: ${errorText(error)}`);
    });
  }

  /** The newest turns, and all items of those that were under way or have changed since they were read. */
  async #read(): Promise<void> {
    const ended = this.#followed.ended;
    const page = await this.#codex.page(undefined);
    const turns = page === undefined ? await this.#logged() : page.turns.map((turn) => this.#asSeen(turn));
    const whole = page === undefined ? [] : await this.#wholeTurns(turns, ended);
    if (this.#isDisposed) return;
    const shown = this.turns();
    this.#apply(() => {
      const newest = withNewestPage(this.#stored, turns);
      this.#stored = newest.turns;
      if (newest.hasGap) this.#older = page?.older;
      for (const turn of whole) {
        const before = shown.find(({ id }) => id === turn.id);
        this.#replace(before, turn);
      }
      for (const { kind, source } of ended) if (kind === 'ours') this.#seen.add(source.id);
      this.#followed.told(turns, ended);
    });
    if (!this.#hasRead) this.#changes.reset();
    this.#hasRead = true;
  }

  async #wholeTurns(turns: readonly Turn[], ended: readonly FollowedTurn[]): Promise<Turn[]> {
    const stored = new Map(this.#stored.map((turn) => [turn.id, turn]));
    const whole: Turn[] = [];
    for (const turn of turns) {
      const seen = ended.find(({ source }) => source.current?.id === turn.id);
      const old = stored.get(turn.id);
      const isNew = old === undefined && turn.hasAllItems && turn.status !== 'completed';
      const isChanged = old?.hasAllItems === true && !isSameEnd(old, turn);
      if (seen === undefined && !isNew && !isChanged) continue;
      const items = turn.hasAllItems ? turn.items : ((await this.#codex.items(turn)) ?? turn.items);
      const told: Turn = { ...turn, items, hasAllItems: true };
      const current = seen?.source.current;
      const known = seen === undefined || current === undefined ? told : withSeen(told, seen, current);
      whole.push(seen?.kind === 'ours' ? known : await this.#withLostAnswer(known, turns));
    }
    return whole;
  }

  /** The turn as its run left it, where it did not complete: codex keeps no text that was still being said. */
  async #withLostAnswer(turn: Turn, turns: readonly Turn[]): Promise<Turn> {
    const thread = this.#parts.store.get(this.#threadId);
    const { status } = settledTurn(turn, turns.at(-1)?.id === turn.id, thread);
    const isStopped = status === 'interrupted' || status === 'failed';
    if (!isStopped || turn.items.some(({ id }) => id === LOST_ANSWER)) return turn;
    try {
      const output = await this.#parts.logged.outputOf(this.#threadId, turn, turns);
      return output === undefined ? turn : withLostAnswer(turn, output);
    } catch (error) {
      this.#parts.log.warn(`What turn ${turn.id} had said could not be read: ${errorText(error)}`);
      return turn;
    }
  }

  /** Of a turn of ours that is over and was read since, codex has nothing to add, and has forgotten a part. */
  #asSeen(turn: Turn): Turn {
    if (!this.#seen.has(turn.id)) return turn;
    return this.#stored.find(({ id }) => id === turn.id) ?? turn;
  }

  /** The logged turns before those that are followed. */
  async #logged(): Promise<readonly Turn[]> {
    const turns = await this.#parts.logged.read(this.#threadId);
    const { begin } = this.#followed;
    return turns.filter(({ startedAt }) => startedAt === undefined || startedAt < begin - SAME_BEGIN_MS);
  }

  /** @param shown as it was until now */
  #replace(shown: Turn | undefined, turn: Turn): void {
    this.#stored = this.#stored.map((old) => (old.id === turn.id ? keepSame(shown, turn) : old));
  }

  #apply(change: () => void): void {
    const before = this.turns();
    change();
    this.#shown = undefined;
    this.#changes.between(before, this.turns());
  }

  #show(): readonly Turn[] {
    const turns = new Map(this.#stored.map((turn) => [turn.id, turn]));
    for (const turn of this.#followed.turns()) turns.set(turn.id, turn);
    const all = [...turns.values()];
    const thread = this.#parts.store.get(this.#threadId);
    return all.map((turn, at) => {
      const settled = settledTurn(turn, at === all.length - 1, thread);
      if (settled === turn) return turn;
      const known = this.#settled.get(turn) ?? settled;
      this.#settled.set(turn, known);
      return known;
    });
  }
}

/** A log tells less than codex; of what we saw ourselves codex may have forgotten a part. */
function withSeen(told: Turn, { kind }: FollowedTurn, seen: Turn): Turn {
  if (kind === 'ours') return keepSame(seen, withSeenItems(told, seen));
  return told.status === 'unknown' ? { ...told, status: seen.status, error: told.error ?? seen.error } : told;
}
