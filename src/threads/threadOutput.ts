import { Coalescer } from '../base/coalescer';
import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { LiveRuns } from './liveRuns';
import { LogTail } from './logTail';
import { isActive } from './thread';
import type { ThreadStore } from './threadStore';

/** How much of a thread's logs is shown, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** How often a log that somebody else writes is looked at; the CLI's own `follow` looks every 300 ms. */
const POLL_MS = 500;
/** The least time between two changes, so that a fast answer does not redraw for each word (ms). */
const THROTTLE_MS = 100;

/** The output of one thread: its log, and for a run of ours the answer as it is being written. */
export class ThreadOutput implements Disposable {
  readonly #threadId: string;
  readonly #store: ThreadStore;
  readonly #runs: LiveRuns;
  readonly #log: Log;
  readonly #lifetime = new DisposableStore();
  readonly #didChange = this.#lifetime.add(new Emitter<void>());
  readonly #refreshing = new Coalescer(() => this.#refresh());
  #tail: LogTail | undefined;
  #following: Disposable | undefined;
  #throttle: NodeJS.Timeout | undefined;
  /** Why the log cannot be read. */
  #problem: string | undefined;

  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(threadId: string, store: ThreadStore, runs: LiveRuns, log: Log) {
    this.#threadId = threadId;
    this.#store = store;
    this.#runs = runs;
    this.#log = log;
    const poll = setInterval(() => this.#pollForeign(), POLL_MS);
    this.#lifetime.add({ dispose: () => clearInterval(poll) });
    this.#lifetime.add({ dispose: () => clearTimeout(this.#throttle) });
    this.#lifetime.add({ dispose: () => this.#following?.dispose() });
    this.#lifetime.add(
      store.onDidChange((changes) => {
        if (changes.some(({ id }) => id === threadId)) this.#threadChanged();
      }),
    );
    this.#followRun();
  }

  /** Reads what is there by now. */
  async read(): Promise<string> {
    await this.#refreshing.run();
    return this.text;
  }

  get text(): string {
    const logged = this.#tail?.text ?? '';
    const writing = this.#runs.get(this.#threadId)?.unfinishedText ?? '';
    if (writing !== '') return `${logged}\nCodex is writing…\n${writing}\n`;
    if (logged !== '') return logged;
    if (this.#problem !== undefined) return `Its log could not be read: ${this.#problem}\n`;
    const thread = this.#store.get(this.#threadId);
    if (thread === undefined) return 'This thread is gone.\n';
    return isActive(thread) ? 'Nothing has been written yet.\n' : 'This thread has no output.\n';
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #threadChanged(): void {
    this.#followRun();
    this.#scheduleChange();
  }

  /** Subscribes to the run that is under way, if it is ours. */
  #followRun(): void {
    this.#following?.dispose();
    this.#following = this.#runs.get(this.#threadId)?.onDidStream(() => this.#scheduleChange());
  }

  #pollForeign(): void {
    const thread = this.#store.get(this.#threadId);
    if (thread !== undefined && isActive(thread)) void this.#refreshing.run();
  }

  #scheduleChange(): void {
    this.#throttle ??= setTimeout(() => {
      this.#throttle = undefined;
      void this.#refreshing.run().then(() => this.#didChange.fire());
    }, THROTTLE_MS);
  }

  async #refresh(): Promise<void> {
    const thread = this.#store.get(this.#threadId);
    if (this.#tail === undefined && thread !== undefined)
      this.#tail = new LogTail(thread.logPaths, MAX_BYTES);
    try {
      const hasChanged = await this.#tail?.refresh();
      this.#problem = undefined;
      if (hasChanged === true) this.#didChange.fire();
    } catch (error) {
      const problem = errorText(error);
      if (this.#problem === problem) return; // the same twice a second
      this.#problem = problem;
      this.#log.warn(`The log of thread ${this.#threadId} could not be read: ${problem}`);
      this.#didChange.fire();
    }
  }
}
