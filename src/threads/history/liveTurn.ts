import { Emitter } from '../../base/event';
import type { Event } from '../../base/event';
import { isRecord, optionalString } from '../../base/record';
import type { UnknownRecord } from '../../base/record';
import { turnErrorMessage } from '../turnItem';
import { GrowingItem } from './growingItem';
import type { Growth } from './growingItem';
import { closedItem, parseHistoryItem } from './historyItem';
import { OUTPUT_END, OutputBudget } from './outputBudget';
import { parsePlan } from './planSteps';
import { parseGoal } from './threadGoal';
import type { ThreadGoal } from './threadGoal';
import { parseTokenUsage } from './tokenUsage';
import type { HistoryItem, PlanStep, ProgressStatus, TokenUsage, Turn } from './turn';
import type { TurnChange, TurnSource } from './turnSource';

/**
 * One turn of ours, built from the notifications of its app-server. They may come late, twice or never; deltas
 * may be of items whose start was not seen.
 */
export class LiveTurn implements TurnSource {
  readonly #threadId: string;
  readonly #prompt: string;
  readonly #didChange = new Emitter<TurnChange>();
  readonly #items = new Map<string, GrowingItem>();
  readonly #outputs = new OutputBudget();
  #id: string | undefined;
  #status: ProgressStatus = 'running';
  #startedAt = Date.now();
  #durationMs: number | undefined;
  #error: string | undefined;
  #plan: readonly PlanStep[] | undefined;
  #tokenUsage: TokenUsage | undefined;
  #goal: ThreadGoal | null | undefined;
  /** The message of codex that it will try again, which the next one replaces. */
  #retryId: string | undefined;
  #errors = 0;
  #shown: Turn | undefined;

  readonly onDidChange: Event<TurnChange> = this.#didChange.event;

  constructor(threadId: string, prompt: string) {
    this.#threadId = threadId;
    this.#prompt = prompt;
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** The turn as it is now, the same object until something changes; undefined before codex has begun it. */
  get current(): Turn | undefined {
    if (this.#id === undefined) return undefined;
    return (this.#shown ??= this.#show(this.#id));
  }

  /** Of the thread so far; undefined before the first answer of the model. */
  get tokenUsage(): TokenUsage | undefined {
    return this.#tokenUsage;
  }

  /** As codex has told during this turn: null for none, undefined while it has said nothing. */
  get goal(): ThreadGoal | null | undefined {
    return this.#goal;
  }

  /** Takes a notification; those of other threads, and those that say nothing of a turn, change nothing. */
  heard(method: string, params: unknown): void {
    if (!isRecord(params) || params.threadId !== this.#threadId) return;
    if (method.startsWith('thread/')) return this.#heardOfThread(method, params);
    if (!this.#isOfThisTurn(params)) return;
    if (method.startsWith('item/')) this.#heardOfItem(method, params);
    else this.#heardOfTurn(method, params);
  }

  /** How the run ended, which decides over what codex said of the turn's end. */
  end(status: ProgressStatus, error: string | undefined): void {
    this.#status = status;
    this.#error = error;
    this.#durationMs ??= Math.max(0, Date.now() - this.#startedAt); // a clock may be set back
    for (const [id, growing] of this.#items) {
      if (growing.close((item) => closedItem(item, status))) this.#changed({ kind: 'item', itemId: id });
    }
    this.#changed({ kind: 'turn' });
  }

  /** Codex may begin a further turn by itself once this one has ended, which is none of ours. */
  #isOfThisTurn({ turn, turnId }: UnknownRecord): boolean {
    const id = optionalString(isRecord(turn) ? turn.id : turnId);
    return this.#status === 'running' || id === undefined || id === this.#id;
  }

  #heardOfThread(method: string, params: UnknownRecord): void {
    if (method === 'thread/tokenUsage/updated') {
      this.#tokenUsage = parseTokenUsage(params.tokenUsage) ?? this.#tokenUsage;
    } else if (method === 'thread/goal/updated') {
      this.#goal = parseGoal(params.goal);
    } else if (method === 'thread/goal/cleared') {
      this.#goal = null;
    } else {
      return;
    }
    this.#didChange.fire({ kind: 'thread' });
  }

  #heardOfTurn(method: string, params: UnknownRecord): void {
    switch (method) {
      case 'turn/started':
        return this.#started(params.turn);
      case 'turn/completed':
        return this.#completed(params.turn);
      case 'turn/plan/updated':
        this.#plan = parsePlan(params.plan);
        return this.#changed({ kind: 'turn' });
      case 'error':
        return this.#failed(params);
      // Not `turn/diff/updated`: it repeats the diff of the whole turn with every edit, and codex does not
      // keep it. Changes are told by the edits in the items, which are the same later (changes/fileTrack.ts).
      default:
    }
  }

  #heardOfItem(method: string, params: UnknownRecord): void {
    this.#begin(optionalString(params.turnId));
    const piece = optionalString(params.delta) ?? '';
    switch (method) {
      case 'item/started':
        return this.#put(parseHistoryItem(params.item, false), (growing, item) => growing.start(item));
      case 'item/completed':
        return this.#complete(params.item);
      case 'item/agentMessage/delta':
        return this.#grow(params, 'agentMessage', (growing) => growing.add(piece));
      case 'item/plan/delta':
        return this.#grow(params, 'plan', (growing) => growing.add(piece));
      case 'item/commandExecution/outputDelta':
        return this.#grow(params, 'commandExecution', (growing) => growing.add(piece));
      case 'item/reasoning/textDelta':
        return this.#grow(params, 'reasoning', (growing) => growing.addRawReasoning(piece));
      case 'item/reasoning/summaryPartAdded':
        return this.#grow(params, 'reasoning', () => 'nothing');
      case 'item/reasoning/summaryTextDelta': {
        const part = typeof params.summaryIndex === 'number' ? params.summaryIndex : 0;
        return this.#grow(params, 'reasoning', (growing) => growing.addSummary(piece, part));
      }
      default:
    }
  }

  #started(turn: unknown): void {
    if (!isRecord(turn)) return;
    this.#begin(optionalString(turn.id));
    // As codex tells it afterwards, too.
    if (typeof turn.startedAt === 'number') this.#startedAt = turn.startedAt * 1000;
    this.#changed({ kind: 'turn' });
  }

  #completed(turn: unknown): void {
    if (!isRecord(turn)) return;
    this.#begin(optionalString(turn.id));
    for (const item of Array.isArray(turn.items) ? (turn.items as unknown[]) : []) {
      this.#complete(item);
    }
    if (typeof turn.durationMs === 'number') this.#durationMs = turn.durationMs;
    const { status } = turn;
    const isKnown = status === 'completed' || status === 'interrupted';
    this.end(isKnown ? status : 'failed', turnErrorMessage(turn.error));
  }

  /** The first id that is heard is that of the turn. */
  #begin(id: string | undefined): void {
    if (this.#id !== undefined || id === undefined) return;
    this.#id = id;
    this.#changed({ kind: 'turn' });
  }

  #failed(params: UnknownRecord): void {
    const willRetry = params.willRetry === true;
    const id = this.#retryId ?? `error-${++this.#errors}`;
    this.#retryId = willRetry ? id : undefined;
    const message = turnErrorMessage(params.error) ?? 'unknown error';
    const status = willRetry ? 'running' : 'failed';
    this.#put({ id, kind: 'error', status, message, willRetry }, (growing, item) => growing.start(item));
  }

  #complete(value: unknown): void {
    const item = parseHistoryItem(value, true);
    this.#put(item, (growing, parsed) => growing.complete(parsed));
    const whole = item === undefined ? undefined : this.#items.get(item.id)?.item;
    if (whole === undefined || !('output' in whole)) return;
    for (const itemId of this.#outputs.add(whole.id, whole.output.length)) {
      this.#items.get(itemId)?.cutOutput(OUTPUT_END);
      this.#changed({ kind: 'item', itemId });
    }
  }

  #put(item: HistoryItem | undefined, put: (growing: GrowingItem, item: HistoryItem) => void): void {
    if (item === undefined) return;
    if (item.kind !== 'error') this.#endRetry();
    const growing = this.#items.get(item.id) ?? this.#add(item);
    put(growing, item);
    if (this.#status !== 'running') growing.close((each) => closedItem(each, this.#status));
    this.#changed({ kind: 'item', itemId: item.id });
  }

  #grow(params: UnknownRecord, type: string, grow: (growing: GrowingItem) => Growth): void {
    const itemId = optionalString(params.itemId);
    if (itemId === undefined) return;
    if (!this.#items.has(itemId)) {
      this.#put(parseHistoryItem({ type, id: itemId }, false), () => undefined);
    }
    const growing = this.#items.get(itemId);
    const growth = growing === undefined ? 'nothing' : grow(growing);
    if (growth === 'nothing') return;
    if (growth === 'replaced') return this.#changed({ kind: 'item', itemId });
    const field = type === 'commandExecution' ? 'output' : 'text';
    this.#changed({ kind: 'delta', itemId, field, delta: growth.delta });
  }

  #add(item: HistoryItem): GrowingItem {
    const growing = new GrowingItem(item);
    this.#items.set(item.id, growing);
    return growing;
  }

  /** The turn goes on: the retry that was announced has succeeded. */
  #endRetry(): void {
    const id = this.#retryId;
    this.#retryId = undefined;
    const isClosed = id !== undefined && this.#items.get(id)?.close((item) => closedItem(item, 'completed'));
    if (isClosed === true) this.#changed({ kind: 'item', itemId: id });
  }

  #changed(change: TurnChange): void {
    this.#shown = undefined;
    this.#didChange.fire(change);
  }

  #show(id: string): Turn {
    const items = Array.from(this.#items.values(), (growing) => growing.item);
    return {
      id,
      status: this.#status,
      prompt: this.#prompt,
      startedAt: this.#startedAt,
      durationMs: this.#durationMs,
      error: this.#error,
      items,
      hasAllItems: true,
      plan: this.#plan,
    };
  }
}
