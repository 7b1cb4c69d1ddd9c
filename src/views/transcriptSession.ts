import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import { errorText, UserError } from '../base/userError';
import type { ThreadGoal } from '../threads/history/threadGoal';
import type { HistoryChange, ThreadHistories, ThreadHistory } from '../threads/history/threadHistory';
import type { RunOptions } from '../threads/runOptions';
import { isActive } from '../threads/thread';
import type { ApprovalDecision, Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import type { FromPage, ToPage, TranscriptThread } from '../transcript/messages';
import { parsePageMessage } from './transcriptMessage';
import { TranscriptPrompts } from './transcriptPrompts';
import { goneThread, transcriptThread } from './transcriptThread';
import { TranscriptTurns } from './transcriptTurns';

/** What the page may ask for besides the history; `thread` is the one that it shows. */
export interface TranscriptActions {
  /** Resolves when the prompt was taken, with why it was not where that is to be said in the box. */
  send(threadId: string, text: string): Promise<string | undefined>;
  stop(threadId: string): Promise<void>;
  /** `answer`: asks for what is to be filled in. */
  answer(threadId: string, approvalId: string, decision: ApprovalDecision | 'answer'): Promise<void>;
  openLink(href: string): Promise<void>;
  openFile(path: string, line: number | undefined, cwd: string | undefined): Promise<void>;
  /** Without a turn those that wait for leave. */
  openChanges(threadId: string, turnId: string | undefined, path: string | undefined): Promise<void>;
  openLog(threadId: string): Promise<void>;
  copy(text: string): Promise<void>;
  /** Tells the person of what went wrong. */
  report(error: unknown): void;
}

/** The turns that this window runs. */
export interface TranscriptRuns {
  get(threadId: string): { readonly options: RunOptions } | undefined;
}

export interface TranscriptSessionParts {
  readonly threadId: string;
  /** Until the thread itself is known. */
  readonly title: string;
  readonly threads: ThreadReader;
  /** Resolves when `threads` has been filled. */
  readonly loaded: Promise<unknown>;
  readonly histories: ThreadHistories;
  /** Asks for what a thread is to reach; never rejects. */
  readonly goalOf: (threadId: string) => Promise<ThreadGoal | undefined>;
  readonly runs: TranscriptRuns;
  readonly isTrusted: () => boolean;
  readonly actions: TranscriptActions;
  readonly post: (message: ToPage) => void;
  readonly onDidChangeTitle: (title: string) => void;
  /** Turns a preview into a tab that stays. */
  readonly keep: () => Promise<void>;
}

/** After these the person comes back to the transcript: what is opened must not take its place. */
const KEEPING: ReadonlySet<FromPage['type']> = new Set(['send', 'openFile', 'openChanges', 'openLog']);

/**
 * One tab with the transcript of one thread. The page is thrown away while its tab is hidden, and each new one gets
 * everything anew: the first of a tab while it is being made, a later one when it says that it is ready.
 */
export class TranscriptSession implements Disposable {
  readonly #parts: TranscriptSessionParts;
  readonly #lifetime = new DisposableStore();
  readonly #history: ThreadHistory;
  readonly #turns: TranscriptTurns;
  readonly #prompts: TranscriptPrompts;
  /** There is none; it waits for the threads; it has the thread but no turns; it has all and gets what changes. */
  #page: 'none' | 'waiting' | 'loading' | 'shown' = 'none';
  /** It has not said that it is ready. */
  #isExpected = false;
  #goal: ThreadGoal | undefined;
  #goalRead: Promise<ThreadGoal | undefined> | undefined;
  #hasProblem = false;
  /** The steps of one turn after the other. */
  #stepsRead: Promise<void> = Promise.resolve();
  #lastThread: TranscriptThread;

  constructor(parts: TranscriptSessionParts) {
    const { threadId, title, threads, histories } = parts;
    this.#parts = parts;
    this.#lastThread = goneThread({ id: threadId, title, details: '' });
    this.#history = this.#lifetime.add(histories.open(threadId));
    this.#turns = new TranscriptTurns(this.#history);
    this.#prompts = new TranscriptPrompts(
      (text) => parts.actions.send(threadId, text),
      (message) => {
        if (this.#hasPage) parts.post(message);
        return this.#hasPage;
      },
    );
    this.#lifetime.add(this.#history.onDidChange((change) => this.#changed(change)));
    this.#lifetime.add(
      threads.onDidChange((changes) => {
        const change = changes.find(({ id }) => id === threadId);
        if (change === undefined) return;
        this.update();
        if (mayChangeGoal(change.before, change.after)) void this.#readGoal();
      }),
    );
    this.#setTitle(this.#thread());
  }

  /** A page is being made. What it gets first is read, and sent, meanwhile: VS Code keeps it for the page. */
  expectPage(): void {
    this.#isExpected = true;
    void this.#begin(() => this.#readAhead());
  }

  /** Shows the thread anew, where something besides its history has changed. */
  update(): void {
    const thread = this.#thread();
    this.#setTitle(thread);
    if (!this.#hasPage) return;
    this.#lastThread =
      thread === undefined
        ? goneThread(this.#lastThread)
        : transcriptThread(thread, {
            isTrusted: this.#parts.isTrusted(),
            tokenUsage: this.#history.tokenUsage,
            goal: this.#goal,
            options: this.#parts.runs.get(thread.id)?.options,
          });
    this.#parts.post({ type: 'thread', thread: this.#lastThread });
  }

  /** The tab is behind another one, and its page is gone. */
  hidden(): void {
    this.#page = 'none';
    this.#isExpected = false;
  }

  /** Does what the page asks for, if it may ask for it. Never rejects. */
  async receive(value: unknown): Promise<void> {
    const message = parsePageMessage(value);
    if (message === undefined) return;
    try {
      if (KEEPING.has(message.type)) await this.#parts.keep();
      await this.#obey(message);
    } catch (error) {
      this.#parts.actions.report(error);
    }
  }

  dispose(): void {
    this.#page = 'none';
    this.#lifetime.dispose();
  }

  /** It knows the thread already. */
  get #hasPage(): boolean {
    return this.#page === 'loading' || this.#page === 'shown';
  }

  #thread(): Thread | undefined {
    return this.#parts.threads.get(this.#parts.threadId);
  }

  #setTitle(thread: Thread | undefined): void {
    if (thread !== undefined) this.#parts.onDidChangeTitle(thread.title);
  }

  #obey(message: FromPage): Promise<void> | void {
    const { threadId, actions } = this.#parts;
    switch (message.type) {
      case 'ready':
        return this.#ready();
      case 'loadOlder':
        return this.#load(async () => {
          await this.#history.loadOlder();
          this.#post(this.#turns.older());
        });
      case 'loadItems':
        return this.#load(() => this.#loadItems(message.turnId));
      case 'loadOutput':
        return this.#post(this.#turns.wholeOutput(message));
      case 'send':
        return this.#prompts.send(message.text);
      case 'stop':
        // The page has no button for it until it hears of the thread again.
        return actions.stop(threadId).finally(() => this.update());
      case 'answer':
        return this.#answer(message.approvalId, message.decision);
      case 'openLink':
        return actions.openLink(message.href);
      case 'openFile':
        return actions.openFile(message.path, message.line, this.#thread()?.cwd);
      case 'openChanges':
        return this.#openChanges(message.turnId, message.path);
      case 'openLog':
        return actions.openLog(threadId);
      case 'copy':
        return actions.copy(message.text);
    }
  }

  /** VS Code loses what was sent to a page that is slow to come; one that was, comes here again. */
  async #ready(): Promise<void> {
    const hasAll = this.#isExpected && this.#page === 'shown';
    this.#isExpected = false;
    if (hasAll) this.#post([{ type: 'allSent' }, ...this.#turns.outputs()]);
    else await this.#begin(() => this.#history.load());
  }

  /** Gives everything to a page that has nothing. */
  async #begin(read: () => Promise<void>): Promise<void> {
    this.#page = 'waiting';
    this.#hasProblem = false;
    await this.#parts.loaded.catch(() => undefined); // told where the threads are shown
    if (!this.#isStill('waiting')) return;
    this.#page = 'loading';
    this.update();
    this.#prompts.tellUntold();
    await this.#load(read);
    if (!this.#isStill('loading')) return;
    this.#page = 'shown';
    this.#post(this.#isExpected ? this.#turns.beginBriefly() : this.#turns.begin());
    void this.#readGoal();
  }

  /** The newest turns, and the steps of the last; the page may be there, and get the turns, before they are read. */
  async #readAhead(): Promise<void> {
    await this.#history.load();
    const last = this.#history.turns().at(-1);
    if (last !== undefined && this.#page !== 'none') await this.#history.loadItems(last.id);
  }

  /** False when the page went away meanwhile, or another one has come in its place. */
  #isStill(page: 'waiting' | 'loading'): boolean {
    return this.#page === page;
  }

  /** One turn after the other: a page asks for all that it shows, and may be gone before it has them. */
  #loadItems(turnId: string): Promise<void> {
    const read = this.#stepsRead.then(async () => {
      if (this.#page === 'shown') await this.#history.loadItems(turnId);
    });
    this.#stepsRead = read.catch(() => undefined); // told to who asked
    return read;
  }

  /** Says on the page what could not be read, until something could. */
  async #load(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.#showProblem(undefined);
    } catch (error) {
      if (!(error instanceof UserError)) this.#parts.actions.report(error);
      this.#showProblem(errorText(error));
    }
  }

  #showProblem(message: string | undefined): void {
    if (message === undefined && !this.#hasProblem) return;
    this.#hasProblem = message !== undefined;
    this.#parts.post({ type: 'problem', message });
  }

  async #readGoal(): Promise<void> {
    if (this.#page !== 'shown') return;
    const read = this.#parts.goalOf(this.#parts.threadId);
    this.#goalRead = read;
    const goal = await read;
    if (read !== this.#goalRead) return; // asked again meanwhile
    if (goal?.objective === this.#goal?.objective && goal?.status === this.#goal?.status) return;
    this.#goal = goal;
    this.update();
  }

  #changed(change: HistoryChange): void {
    if (this.#page !== 'shown') return;
    if (change.isReset) this.#showProblem(undefined);
    this.#post(this.#turns.changed(change));
    if (this.#history.tokenUsage !== this.#lastThread.tokenUsage) this.update();
  }

  /** A change that waits for leave stands under the id of its question. */
  #openChanges(turnId: string, path: string | undefined): Promise<void> {
    const isRequested = this.#thread()?.pendingApproval?.id === turnId;
    return this.#parts.actions.openChanges(this.#parts.threadId, isRequested ? undefined : turnId, path);
  }

  /** Only what was asked, and only with an answer that was offered. */
  async #answer(approvalId: string, decision: string): Promise<void> {
    const asked = this.#thread()?.pendingApproval;
    const isForm = decision === 'answer' && asked?.form !== undefined;
    const offered = isForm ? decision : asked?.decisions.find((each) => each === decision);
    if (asked?.id !== approvalId || offered === undefined) return;
    await this.#parts.actions.answer(this.#parts.threadId, approvalId, offered);
  }

  /** While the page is shown; a new one gets it with everything else. */
  #post(messages: readonly ToPage[]): void {
    if (this.#page !== 'shown') return;
    for (const message of messages) this.#parts.post(message);
  }
}

/** A run of ours tells of its goal; other goals are set, and reached, by turns that begin and end. */
function mayChangeGoal(before: Thread | undefined, after: Thread | undefined): boolean {
  const isOther =
    before?.goal?.objective !== after?.goal?.objective || before?.goal?.status !== after?.goal?.status;
  const wasActive = before !== undefined && isActive(before);
  return isOther || wasActive !== (after !== undefined && isActive(after));
}
