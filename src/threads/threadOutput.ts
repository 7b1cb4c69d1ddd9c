import { isDeepStrictEqual } from 'node:util';
import { Coalescer } from '../base/coalescer';
import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { LogTail } from './logTail';
import { isActive } from './thread';
import type { ThreadReader } from './threadStore';

/** How much of a thread's logs is shown, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** How often the log of a running thread is looked at; the CLI's own `follow` looks every 300 ms. */
const POLL_MS = 500;
/** The least time between two changes, so that a fast answer does not redraw for each word (ms). */
const THROTTLE_MS = 100;
/** How long a thread is waited for that is not known (yet): editors are restored before threads are read. */
const KNOWN_MS = 3_000;

/** What is shown of a run of ours that is not in its log (yet). */
export interface StreamingRun {
  readonly unfinishedText: string;
  readonly onDidStream: Event<void>;
}

/** The output of one thread: its log, and for a run of ours the answer as it is being written. */
export class ThreadOutput implements Disposable {
  readonly #threadId: string;
  readonly #store: Pick<ThreadReader, 'get' | 'onDidChange'>;
  readonly #runs: { get(threadId: string): StreamingRun | undefined };
  readonly #log: Log;
  readonly #lifetime = new DisposableStore();
  readonly #didChange = this.#lifetime.add(new Emitter<void>());
  readonly #looking = new Coalescer(() => this.#look());
  readonly #known: Promise<void>;
  #tail: LogTail | undefined;
  #text: string | undefined;
  /** Why the log cannot be read. */
  #problem: string | undefined;
  #following: Disposable | undefined;
  #poll: NodeJS.Timeout | undefined;
  #throttle: NodeJS.Timeout | undefined;

  /** The text has changed. */
  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(
    threadId: string,
    store: Pick<ThreadReader, 'get' | 'onDidChange'>,
    runs: { get(threadId: string): StreamingRun | undefined },
    log: Log,
  ) {
    this.#threadId = threadId;
    this.#store = store;
    this.#runs = runs;
    this.#log = log;
    this.#lifetime.add({ dispose: () => clearInterval(this.#poll) });
    this.#lifetime.add({ dispose: () => clearTimeout(this.#throttle) });
    this.#lifetime.add({ dispose: () => this.#following?.dispose() });
    this.#known = this.#becomesKnown();
    this.#lifetime.add(
      store.onDidChange((changes) => {
        if (!changes.some(({ id }) => id === threadId)) return;
        this.#follow();
        this.#lookSoon();
      }),
    );
    this.#follow();
  }

  /** The text as far as it is known: looks only when nobody has looked yet, as changes are told. */
  async read(): Promise<string> {
    await this.#known;
    if (this.#text === undefined) await this.#looking.run();
    return this.#text ?? '';
  }

  /** Looks again, although there is no sign of a change. */
  async refresh(): Promise<void> {
    await this.#looking.run();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** Resolves when the thread is in the store, at the latest after {@link KNOWN_MS}. */
  #becomesKnown(): Promise<void> {
    const isKnown = (): boolean => this.#store.get(this.#threadId) !== undefined;
    if (isKnown()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timeout);
        subscription.dispose();
        resolve();
      };
      const timeout = setTimeout(done, KNOWN_MS);
      const subscription = this.#store.onDidChange(() => {
        if (isKnown()) done();
      });
      this.#lifetime.add({ dispose: done });
    });
  }

  /** Listens to the run if it is ours, and looks at the log while the thread is active: nothing tells of it. */
  #follow(): void {
    this.#following?.dispose();
    this.#following = this.#runs.get(this.#threadId)?.onDidStream(() => this.#lookSoon());
    const thread = this.#store.get(this.#threadId);
    if (thread !== undefined && isActive(thread)) {
      this.#poll ??= setInterval(() => void this.#looking.run(), POLL_MS);
    } else {
      clearInterval(this.#poll);
      this.#poll = undefined;
    }
  }

  #lookSoon(): void {
    this.#throttle ??= setTimeout(() => {
      this.#throttle = undefined;
      void this.#looking.run();
    }, THROTTLE_MS);
  }

  /** The one place that tells of a change, so that nobody reads the same text twice. */
  async #look(): Promise<void> {
    await this.#readLog();
    const text = this.#compose();
    if (text === this.#text) return;
    this.#text = text;
    this.#didChange.fire();
  }

  async #readLog(): Promise<void> {
    const paths = this.#store.get(this.#threadId)?.logPaths;
    // They change when the CLI takes a thread over into the folder of its workspace.
    if (paths !== undefined && !isDeepStrictEqual(paths, this.#tail?.paths))
      this.#tail = new LogTail(paths, MAX_BYTES);
    try {
      await this.#tail?.refresh();
      this.#problem = undefined;
    } catch (error) {
      const problem = errorText(error);
      if (this.#problem === problem) return; // the same twice a second
      this.#problem = problem;
      this.#log.warn(`The log of thread ${this.#threadId} could not be read: ${problem}`);
    }
  }

  #compose(): string {
    const logged = this.#tail?.text ?? '';
    const writing = this.#runs.get(this.#threadId)?.unfinishedText ?? '';
    if (writing !== '') return `${withEmptyLine(logged)}Codex is writing…\n${withLineEnd(writing)}`;
    if (logged !== '') return logged;
    if (this.#problem !== undefined) return `Its log could not be read: ${this.#problem}\n`;
    const thread = this.#store.get(this.#threadId);
    if (thread === undefined) return 'This thread is gone.\n';
    return isActive(thread) ? 'Nothing has been written yet.\n' : 'This thread has no output.\n';
  }
}

function withEmptyLine(text: string): string {
  return text === '' ? '' : `${withLineEnd(text)}\n`;
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
