import { Coalescer } from '../../base/coalescer';
import { Emitter } from '../../base/event';
import type { Log } from '../../base/log';
import { errorText } from '../../base/userError';
import type { LoggedTurn } from './followedTurns';
import { LogItems } from './logItems';
import { LogLines } from './logLines';
import type { RunPlace } from './loggedRuns';
import type { HistoryItem, ProgressStatus, Turn } from './turn';
import type { TurnChange } from './turnSource';

/** How often its log is looked at; the CLI's own `follow` looks every 300 ms. */
const POLL_MS = 500;
/** Codex counts the begin of a turn in seconds, and its owner notes it before codex does. */
const BEGIN_SLACK_MS = 2_000;

/** A turn that the CLI or another window runs: no process tells of it, but its log grows. */
export class ForeignTurn implements LoggedTurn {
  readonly #find: () => Promise<RunPlace | undefined>;
  readonly #log: Log;
  readonly #didChange = new Emitter<TurnChange>();
  readonly #looking = new Coalescer(() => this.#look());
  readonly #poll: NodeJS.Timeout;
  #place: RunPlace | undefined;
  #lines: LogLines | undefined;
  #items = new LogItems();
  /** Its turn in codex's history. */
  #told: Turn | undefined;
  #status: ProgressStatus = 'running';
  #error: string | undefined;
  #durationMs: number | undefined;
  #shown: Turn | undefined;
  #problem: string | undefined;

  readonly onDidChange = this.#didChange.event;

  /** @param find where its log is; undefined while nobody has noted that */
  constructor(find: () => Promise<RunPlace | undefined>, log: Log) {
    this.#find = find;
    this.#log = log;
    this.#poll = setInterval(() => void this.#looking.run(), POLL_MS);
    void this.#looking.run();
  }

  get isAdopted(): boolean {
    return this.#told?.prompt !== undefined;
  }

  get id(): string | undefined {
    return this.#told?.id ?? this.#place?.runId;
  }

  get current(): Turn | undefined {
    if (this.#place === undefined) return undefined;
    return (this.#shown ??= this.#show(this.#place));
  }

  adopt(turns: readonly Turn[]): void {
    const newest = turns.at(-1);
    const startedAt = this.#place?.startedAt;
    if (this.isAdopted || newest?.status !== 'unknown') return;
    if (this.#told !== undefined && this.#told.id !== newest.id) return;
    // Codex writes down that a turn has begun before it does so with the prompt.
    if (this.#told?.id === newest.id && newest.prompt === undefined) return;
    const isOlder =
      startedAt !== undefined &&
      newest.startedAt !== undefined &&
      newest.startedAt < startedAt - BEGIN_SLACK_MS;
    if (isOlder) return;
    this.#told = newest;
    this.#changed({ kind: 'turn' });
  }

  async end(status: ProgressStatus, error: string | undefined): Promise<void> {
    clearInterval(this.#poll);
    await this.#looking.run();
    this.#status = status;
    this.#error = error;
    const { startedAt } = this.#place ?? {};
    const { lastAt } = this.#items;
    if (startedAt !== undefined && lastAt !== undefined) this.#durationMs = Math.max(0, lastAt - startedAt);
    for (const itemId of this.#items.close(status)) this.#changed({ kind: 'item', itemId });
    this.#changed({ kind: 'turn' });
  }

  dispose(): void {
    clearInterval(this.#poll);
    this.#didChange.dispose();
  }

  async #look(): Promise<void> {
    try {
      if (this.#lines === undefined) await this.#begin();
      for (const line of (await this.#lines?.read()) ?? []) {
        const itemId = this.#items.add(line);
        if (itemId !== undefined) this.#changed({ kind: 'item', itemId });
      }
      this.#problem = undefined;
    } catch (error) {
      const problem = errorText(error);
      if (problem !== this.#problem)
        this.#log.warn(`The log of a running turn could not be read: ${problem}`);
      this.#problem = problem; // the same twice a second
    }
  }

  async #begin(): Promise<void> {
    const place = await this.#find();
    if (place === undefined) return;
    this.#place = place;
    this.#items = new LogItems(place.since);
    this.#lines = new LogLines(place.file, place.offset);
    this.#changed({ kind: 'turn' });
  }

  #changed(change: TurnChange): void {
    this.#shown = undefined;
    this.#didChange.fire(change);
  }

  #show({ runId, prompt, startedAt }: RunPlace): Turn {
    const told = this.#told;
    // What the person said is only in codex's history; a log holds none of it.
    const prompts = (told?.items ?? []).filter(({ kind }) => kind === 'prompt');
    const items: readonly HistoryItem[] = [...prompts, ...this.#items.items];
    return {
      id: told?.id ?? runId,
      status: this.#status,
      prompt: told?.prompt ?? prompt,
      startedAt: told?.startedAt ?? startedAt,
      durationMs: this.#durationMs,
      error: this.#error,
      items,
      hasAllItems: true,
      plan: undefined,
    };
  }
}
