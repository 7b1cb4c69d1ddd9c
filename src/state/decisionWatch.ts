import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { readDecision } from './approvalFiles';
import type { ApprovalDecision } from './approvalRequest';
import { openDirectoryWatch, type DirectoryWatch } from './directoryWatch';
import type { StateFolder } from './stateFolder';

export interface DecisionWatchOptions {
  readonly folder: StateFolder;
  /** The requests that wait just now. */
  readonly ids: () => Iterable<string>;
  /** Called for each look that finds a decision, until that request waits no more. */
  readonly onDecision: (id: string, decision: ApprovalDecision) => void;
  readonly log: Log;
  /** Milliseconds between two looks that need no file event; 1000 as in the CLI. */
  readonly pollMs?: number | undefined;
}

/** Waits for decisions that others write: by file events, and by a poll for what they miss. */
export class DecisionWatch implements Disposable {
  readonly #options: DecisionWatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #reported = new Set<string>();
  #watch: DirectoryWatch | undefined;
  #isOver = false;

  constructor(options: DecisionWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#lookAtAll(), options.pollMs ?? 1000);
    this.#timer.unref();
    this.#listen().catch((error: unknown) => this.#reportOnce(errorText(error)));
  }

  dispose(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    void this.#watch?.close();
    this.#watch = undefined;
  }

  #lookAtAll(): void {
    for (const id of this.#options.ids()) void this.#look(id);
  }

  async #look(id: string): Promise<void> {
    const { folder, onDecision } = this.#options;
    try {
      const reading = await readDecision(folder, id);
      if (this.#isOver || reading.kind === 'missing') return;
      if (reading.kind === 'invalid') {
        const text = JSON.stringify(reading.text.slice(0, 40));
        this.#reportOnce(`${text} is no decision for ${id}; it counts as decline.`);
      }
      onDecision(id, reading.kind === 'decision' ? reading.decision : 'decline');
    } catch (error) {
      this.#reportOnce(errorText(error)); // the poll goes on
    }
  }

  async #listen(): Promise<void> {
    const watch = await openDirectoryWatch({
      path: this.#options.folder.approvalsDir,
      usePolling: false,
      onEvent: (name) => {
        for (const id of this.#options.ids()) {
          if (name === undefined || name === `${id}.decision`) void this.#look(id);
        }
      },
      onError: (error) => this.#options.log.debug(`Approvals: ${errorText(error)}`),
    });
    this.#watch = watch;
    if (this.#isOver) await watch.close();
    else this.#lookAtAll();
  }

  /** A fault that lasts comes every second: each is told once. */
  #reportOnce(message: string): void {
    if (this.#isOver || this.#reported.has(message) || this.#reported.size > 20) return;
    this.#reported.add(message);
    this.#options.log.warn(`Approvals: ${message}`);
  }
}
