import { isDeepStrictEqual } from 'node:util';
import { Coalescer } from '../base/coalescer';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { openDirectoryWatch } from './directoryWatch';
import type { DirectoryWatch } from './directoryWatch';
import { isPending, mailboxesIn, pendingQuestions } from './questionMailbox';
import type { Question } from './questionMailbox';

/** How often the mailboxes are looked at without an event, while a question waits and while none does (ms). */
const WAITING_MS = 2_000;
const QUIET_MS = 5_000;
/** The CLI makes a mailbox and its question one right after the other. */
const SETTLE_MS = 30;
/** Mailboxes stay for ever, one for each workspace; those beyond are just looked at now and then. */
const MAX_WATCHED = 32;

/** The questions of all workspaces that wait for an answer. */
export class QuestionWatch implements Disposable {
  readonly #root: string;
  readonly #usePolling: boolean;
  readonly #log: Log;
  readonly #didChange = new Emitter<void>();
  readonly #looking = new Coalescer(() => this.#look());
  readonly #watches = new Map<string, Promise<DirectoryWatch> | undefined>();
  #pending: readonly Question[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isSoon = false;
  #isDisposed = false;

  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(root: string, usePolling: boolean, log: Log) {
    this.#root = root;
    this.#usePolling = usePolling;
    this.#log = log;
  }

  /** Those that wait, the oldest first. */
  pending(): readonly Question[] {
    return this.#pending;
  }

  /** Begins to look; resolves when the questions that are there are known. Never rejects. */
  async start(): Promise<void> {
    await this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      await this.#looking.run();
    } catch (error) {
      this.#log.warn(`Questions of runs could not be looked for: ${errorText(error)}`);
    }
    if (!this.#isSoon) this.#lookLater(this.#pending.length > 0 ? WAITING_MS : QUIET_MS);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#watchJust([]);
    this.#didChange.dispose();
  }

  #lookLater(ms: number): void {
    const nextEnd = Math.min(...this.#pending.map(({ expiresAt }) => expiresAt - Date.now()));
    this.#lookIn(Math.max(SETTLE_MS, Math.min(ms, nextEnd)));
  }

  /** Several events in a row, as one file brings them, are one look; the first of them says when. */
  #lookSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#lookIn(SETTLE_MS);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#isSoon = false;
      void this.refresh();
    }, ms);
  }

  async #look(): Promise<void> {
    const found = await mailboxesIn(this.#root);
    const mailboxes = found ?? [];
    // Watched before they are read, so that nothing falls in between.
    this.#watchJust(found === undefined ? [] : [this.#root, ...mailboxes.slice(0, MAX_WATCHED)]);
    const now = Date.now();
    const questions = (await Promise.all(mailboxes.map((mailbox) => pendingQuestions(mailbox, now)))).flat();
    const pending = questions.filter((question) => isPending(question, now));
    pending.sort((a, b) => a.askedAt - b.askedAt);
    if (this.#isDisposed || isDeepStrictEqual(pending, this.#pending)) return;
    this.#pending = pending;
    this.#didChange.fire();
  }

  #watchJust(paths: readonly string[]): void {
    for (const path of this.#watches.keys()) if (!paths.includes(path)) this.#unwatch(path);
    if (this.#isDisposed) return;
    for (const path of paths) if (!this.#watches.has(path)) this.#watches.set(path, this.#watch(path));
  }

  #unwatch(path: string): void {
    const watch = this.#watches.get(path);
    this.#watches.delete(path);
    void watch?.then((open) => open.close()).catch(() => undefined); // it had told of its error
  }

  async #watch(path: string): Promise<DirectoryWatch> {
    return await openDirectoryWatch({
      path,
      usePolling: this.#usePolling,
      onEvent: () => this.#lookSoon(),
      onError: (error) => {
        this.#log.debug(`${path} is not watched: ${errorText(error)}`);
        this.#unwatch(path); // the next look tries again
      },
    });
  }
}
