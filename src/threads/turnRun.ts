import type { AppServer, ServerNotification } from '../appServer/appServer';
import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Log } from '../base/log';
import { isRecord } from '../base/record';
import { errorText } from '../base/userError';
import type { RunFiles } from '../state/runFiles';
import { ApprovalDesk } from './approvalDesk';
import type { FormValues } from './askedForm';
import { LiveTurn } from './history/liveTurn';
import { pauseGoal } from './interruptTurn';
import type { RunOptions } from './runOptions';
import type { ApprovalDecision, PendingApproval } from './thread';
import { outcomeOf, WINDOW_CLOSED } from './turnEnding';
import type { RunOutcome, StopCause, TurnEnding } from './turnEnding';
import { logLinesOf } from './turnLog';
import { parseTurn } from './turnItem';
import { TurnProgress } from './turnProgress';
import type { TurnStep } from './turnProgress';
import { TurnRequests } from './turnRequests';

export type RunPhase = 'starting' | 'running' | 'stopping' | 'ended';

export interface TurnRunParts {
  /** A server of its own: it ends with the run. */
  readonly server: AppServer;
  readonly files: RunFiles;
  /** Log files and folders of log files of the thread, oldest first. */
  readonly logPaths: readonly string[];
  readonly threadId: string;
  readonly prompt: string;
  readonly cwd: string;
  readonly model: string;
  readonly options: RunOptions;
  readonly killSignals: {
    /** Begins to look for one in every folder in which somebody may leave it. */
    watch(onSignal: () => void): Disposable;
    /** Removes those that were meant for this run. */
    clear(): Promise<void>;
  };
  /** Processes that are not the turn's to end, even if it has started them. */
  readonly foreignPids: () => Promise<ReadonlySet<number>>;
  readonly log: Log;
}

/** How long a turn may take to end after it was told to, before its process is ended under it. */
const INTERRUPT_GRACE_MS = 5_000;
/** The CLI's `clean` removes pid files that are a day old, and threads whose log is a week old. */
const KEEP_FRESH_MS = 6 * 3_600_000;

/** One turn of ours from turn/start to the end of its process, with everything it leaves on disk. */
export class TurnRun {
  readonly threadId: string;
  readonly prompt: string;
  readonly cwd: string;
  readonly model: string;
  readonly startedAt = Date.now();
  /** Resolves when the outcome is written and the process has ended; never rejects. */
  readonly ended: Promise<RunOutcome>;
  /** What codex tells of the turn, as it happens. */
  readonly turn: LiveTurn;

  readonly #parts: TurnRunParts;
  /** From turn/start to the end of the turn. */
  readonly #lifetime = new DisposableStore();
  readonly #progress = new TurnProgress();
  readonly #approvals: ApprovalDesk;
  readonly #didChange = new Emitter<void>();
  readonly #didStream = new Emitter<void>();
  readonly #requests: TurnRequests;
  #settle!: (ending: TurnEnding) => void;
  #phase: RunPhase = 'starting';
  #stopCause: StopCause | undefined;
  #outcome: RunOutcome | undefined;

  /** Phase, approvals or outcome changed. */
  readonly onDidChange: Event<void> = this.#didChange.event;
  /** More of the answer has come. */
  readonly onDidStream: Event<void> = this.#didStream.event;
  /** Codex has begun the turn (`turn/started`). */
  readonly onDidStartTurn: Event<void>;

  constructor(parts: TurnRunParts) {
    this.#parts = parts;
    this.threadId = parts.threadId;
    this.prompt = parts.prompt;
    this.cwd = parts.cwd;
    this.model = parts.model;
    this.turn = new LiveTurn(parts.threadId, parts.prompt);
    this.#requests = new TurnRequests(parts.server, parts.threadId, parts.log);
    this.onDidStartTurn = this.#requests.onDidStart;
    this.#approvals = new ApprovalDesk({
      onDidChange: () => this.#didChange.fire(),
      editsOf: (itemId) => this.#progress.editsOf(itemId),
      files: parts.files.approvals,
    });
    this.ended = this.#run();
  }

  get shortId(): string {
    return this.#parts.files.shortId;
  }

  /** Where its output is logged, with that of earlier runs of the thread. */
  get logPaths(): readonly string[] {
    return this.#parts.logPaths;
  }

  get options(): RunOptions {
    return this.#parts.options;
  }

  get pid(): number {
    return this.#parts.server.pid;
  }

  get phase(): RunPhase {
    return this.#phase;
  }

  /** Set once the run has ended. */
  get outcome(): RunOutcome | undefined {
    return this.#outcome;
  }

  get pendingApproval(): PendingApproval | undefined {
    return this.#phase === 'stopping' ? undefined : this.#approvals.first;
  }

  /** The part of the answer that is not in the log yet. */
  get unfinishedText(): string {
    return this.#phase === 'ended' ? '' : this.#progress.unlogged;
  }

  /** False when that question has been answered or withdrawn meanwhile. */
  answerApproval(id: string, decision: ApprovalDecision, values?: FormValues): boolean {
    return this.#phase !== 'stopping' && this.#approvals.answer(id, decision, values);
  }

  /**
   * Gives the turn more words; waits for it to begin. They become an item of it when codex takes them up.
   * @throws UserError when it takes none, which says what to do instead
   */
  async steer(text: string): Promise<void> {
    await this.#requests.steer(text);
  }

  /** Ends the turn; `ended` tells when that is done. The first cause counts. */
  stop(cause: StopCause): void {
    if (this.#phase === 'stopping' || this.#phase === 'ended') return;
    this.#stopCause = cause;
    this.#requests.over();
    this.#setPhase('stopping');
    // Nobody is to answer while a goal is paused, which comes before the interrupt.
    void this.#parts.files.approvals.close();
    void this.#interrupt();
  }

  /**
   * For the moment the extension host goes away: writes the outcome synchronously, then lets the process
   * end. Blocks for milliseconds; nothing else could finish in the time that is left.
   */
  abandonSync(): void {
    if (this.#phase === 'ended') return;
    this.#stopCause ??= 'windowClosed';
    this.#parts.files.finishSync(this.#filesOutcome({ status: 'interrupted', reason: WINDOW_CLOSED }));
    void this.#parts.server.stop();
  }

  async #run(): Promise<RunOutcome> {
    const { server, files, killSignals, options, log } = this.#parts;
    // To the end of the process: commands that outlive the turn complete after it.
    const items = server.onNotification(({ method, params }) => this.turn.heard(method, params));
    const ending = new Promise<TurnEnding>((resolve) => {
      this.#settle = resolve;
    });
    this.#listen();
    void this.#startTurn();
    const end = outcomeOf(await ending, this.#stopCause, options.timeoutSeconds);
    this.#lifetime.dispose();
    this.#requests.over();
    this.turn.end(end.status, end.reason);
    await files.finish(this.#filesOutcome(end)).catch(() => undefined); // what it could not write, it has logged
    await killSignals.clear().catch((error: unknown) => {
      log.warn(`Kill signals of ${this.shortId} could not be removed: ${errorText(error)}`);
    });
    this.#outcome = {
      ...end,
      durationMs: Math.max(0, Date.now() - this.startedAt), // a clock may be set back
      filesChanged: new Set(this.#progress.filesChanged.map((edit) => edit.path)).size,
    };
    this.#setPhase('ended');
    await server.stop();
    items.dispose();
    // What a finished turn has detached on purpose, a server to be tried out for instance, may stay.
    if (end.status !== 'completed') await this.#endLeftovers();
    return this.#outcome;
  }

  async #endLeftovers(): Promise<void> {
    const { server, foreignPids, log } = this.#parts;
    try {
      const count = await server.endLeftovers(await foreignPids());
      if (count > 0) log.info(`Ended ${count} processes that thread ${this.shortId} had left running.`);
    } catch (error) {
      log.warn(`Processes left by thread ${this.shortId} could not be looked for: ${errorText(error)}`);
    }
  }

  #listen(): void {
    const { server, options, killSignals, files } = this.#parts;
    const lifetime = this.#lifetime;
    lifetime.add(server.onNotification(({ method, params }) => this.#heard(method, params)));
    server.setRequestHandler((request) => this.#approvals.ask(request) ?? this.#refuse(request.method));
    lifetime.add(this.#approvals);
    lifetime.add(killSignals.watch(() => this.stop('killed')));
    const timeout = setTimeout(() => this.stop('timedOut'), options.timeoutSeconds * 1000);
    lifetime.add({ dispose: () => clearTimeout(timeout) });
    const freshen = setInterval(() => void files.keepFresh(), KEEP_FRESH_MS);
    lifetime.add({ dispose: () => clearInterval(freshen) });
    void server.exited.then((exit) => this.#settle({ by: 'exit', exit }));
  }

  async #startTurn(): Promise<void> {
    const { files, options, log } = this.#parts;
    try {
      const started = this.#requests.start(this.prompt, this.cwd, options);
      void this.#learnGoal();
      await started;
    } catch (error) {
      this.#settle({ by: 'startFailed', message: errorText(error) });
      return;
    }
    if (this.#phase === 'starting') this.#setPhase('running');
    await files.turnStarted().catch((error: unknown) => {
      // The turn runs all the same, and its end is written anew.
      log.warn(`The record of ${this.shortId} could not be updated: ${errorText(error)}`);
    });
  }

  /** Codex tells the goal when it loads a thread, which was before anybody listened. */
  async #learnGoal(): Promise<void> {
    const { server, threadId, log } = this.#parts;
    try {
      const { goal } = await server.request('thread/goal/get', { threadId });
      if (this.turn.goal !== undefined) return; // told meanwhile
      this.turn.heard(goal === null ? 'thread/goal/cleared' : 'thread/goal/updated', { threadId, goal });
      this.#didChange.fire();
    } catch (error) {
      log.debug(`thread/goal/get: ${errorText(error)}`); // an older codex has none
    }
  }

  #heard(method: ServerNotification['method'], params: unknown): void {
    if (!isRecord(params) || params.threadId !== this.threadId) return;
    switch (method) {
      case 'turn/started':
        return this.#requests.started(params.turn);
      case 'turn/completed': {
        const turn = parseTurn(params.turn);
        return this.#settle({ by: 'turnCompleted', status: turn?.status ?? 'failed', error: turn?.error });
      }
      case 'item/agentMessage/delta':
        this.#progress.addDelta(params);
        return this.#didStream.fire();
      case 'item/started':
        return this.#record(this.#progress.itemStarted(params.item));
      case 'item/completed':
        return this.#record(this.#progress.itemCompleted(params.item));
      case 'error':
        return this.#record(this.#progress.error(params));
      case 'thread/tokenUsage/updated':
      case 'thread/goal/updated':
      case 'thread/goal/cleared':
        return this.#didChange.fire();
      case 'serverRequest/resolved':
        return this.#approvals.withdraw(params.requestId);
      default:
    }
  }

  /** What codex asks and nobody can answer here: said in the log, since codex goes on without an answer. */
  #refuse(method: string): Promise<never> {
    this.#parts.files.log.append(`[codex] Asked something that was not answered (${method})`);
    return Promise.reject(new Error(`${method} is not answered by this client.`));
  }

  #record(steps: readonly TurnStep[]): void {
    const lines = steps.flatMap(logLinesOf);
    if (lines.length > 0) this.#parts.files.log.append(...lines);
  }

  async #interrupt(): Promise<void> {
    const { server, log } = this.#parts;
    const over = new AbortController();
    const grace = setTimeout(() => this.#settle({ by: 'graceOver' }), INTERRUPT_GRACE_MS);
    this.#lifetime.add({ dispose: () => clearTimeout(grace) });
    this.#lifetime.add({ dispose: () => over.abort() });
    await pauseGoal(server, this.threadId, log);
    this.#approvals.dispose();
    await this.#requests.interrupt(over.signal);
  }

  #filesOutcome({
    status,
    reason,
  }: Pick<RunOutcome, 'status' | 'reason'>): Parameters<RunFiles['finish']>[0] {
    // The words that the CLI writes for a kill, so that both say the same of the same thing.
    const error = this.#stopCause === 'killed' && status === 'interrupted' ? 'Thread killed by user' : reason;
    return {
      status,
      reason,
      output: this.#progress.output,
      ...(error === undefined ? {} : { error }),
      filesChanged: this.#progress.filesChanged,
      commandsRun: this.#progress.commandsRun,
      totalTokens: this.turn.tokenUsage?.totalTokens,
      goal: this.turn.goal ?? undefined,
    };
  }

  #setPhase(phase: RunPhase): void {
    this.#phase = phase;
    this.#didChange.fire();
  }
}
