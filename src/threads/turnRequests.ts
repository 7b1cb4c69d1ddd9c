import type { AppServer } from '../appServer/appServer';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import type { Log } from '../base/log';
import { UserError } from '../base/userError';
import { interruptTurn } from './interruptTurn';
import { promptProblem } from './promptProblem';
import type { RunOptions } from './runOptions';
import { steerTurn, turnIsOver } from './steerTurn';
import { parseTurn } from './turnItem';

/** What we say to codex about a turn: begin, more words, stop. */
export class TurnRequests {
  readonly #server: Pick<AppServer, 'request'>;
  readonly #threadId: string;
  readonly #log: Log;
  readonly #didStart = new Emitter<void>();
  /** Resolves when codex has begun the turn, or never will. */
  readonly #begun: Promise<void>;
  #settleBegun!: () => void;
  /** Codex goes on with another turn by itself where a goal is active, so that this may change. */
  #id: string | undefined;
  #isOver = false;

  /** Codex has begun a turn (`turn/started`). */
  readonly onDidStart: Event<void> = this.#didStart.event;

  constructor(server: Pick<AppServer, 'request'>, threadId: string, log: Log) {
    this.#server = server;
    this.#threadId = threadId;
    this.#log = log;
    this.#begun = new Promise((resolve) => {
      this.#settleBegun = resolve;
    });
  }

  /**
   * Asks for the turn (`turn/start`) with all that is set. Codex keeps that for the thread; what is no longer set was
   * taken back when the thread was loaded (`existingThread`).
   */
  async start(prompt: string, cwd: string, options: RunOptions): Promise<void> {
    await this.#server.request('turn/start', {
      threadId: this.#threadId,
      input: [{ type: 'text', text: prompt, text_elements: [] }],
      cwd,
      approvalPolicy: options.approvalPolicy,
      ...(options.model === undefined ? {} : { model: options.model }),
      ...(options.reasoningEffort === undefined ? {} : { effort: options.reasoningEffort }),
    });
  }

  /** Takes the turn of `turn/started`. */
  started(turn: unknown): void {
    this.#id = parseTurn(turn)?.id;
    this.#settleBegun();
    this.#didStart.fire();
  }

  /**
   * Gives the turn more words; waits for it to begin. They become an item of it when codex takes them up.
   * @throws UserError when it takes none, which says what to do instead
   */
  async steer(text: string): Promise<void> {
    const problem = promptProblem(text);
    if (problem !== undefined) throw new UserError(problem);
    await this.#begun;
    if (this.#isOver || this.#id === undefined) throw turnIsOver();
    await steerTurn(this.#server, this.#threadId, this.#id, text);
  }

  /** It takes no more words. */
  over(): void {
    this.#isOver = true;
    this.#settleBegun();
  }

  /** Tells codex to end it, as soon as it has begun, until the signal is aborted; never throws. */
  async interrupt(signal: AbortSignal): Promise<void> {
    await interruptTurn(this.#server, this.#threadId, () => this.#id, signal, this.#log);
  }
}
