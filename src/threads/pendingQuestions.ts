import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import { UserError } from '../base/userError';
import { answerQuestion } from '../state/questionMailbox';
import type { Question } from '../state/questionMailbox';
import type { QuestionWatch } from '../state/questionWatch';
import type { ScopedThreads } from './scopedThreads';

/** Something that a run asks with `codex-collab ask`, and for which it waits a while. */
export interface PendingQuestion {
  readonly id: string;
  /** As the model wrote it. */
  readonly text: string;
  /** The folder of the workspace in which it is asked. */
  readonly folder: string | undefined;
  /** Epoch milliseconds; then the run goes on without an answer. */
  readonly expiresAt: number;
}

/** What a view needs of the questions that the window shows. */
export interface QuestionReader {
  readonly onDidChange: Event<void>;
  /** The oldest first. */
  pending(): readonly PendingQuestion[];
}

/** The questions of the folders whose threads the window shows. */
export class PendingQuestions implements QuestionReader, Disposable {
  readonly #watch: QuestionWatch;
  readonly #threads: ScopedThreads;
  readonly #lifetime = new DisposableStore();
  readonly #didChange = this.#lifetime.add(new Emitter<void>());

  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(watch: QuestionWatch, threads: ScopedThreads) {
    this.#watch = watch;
    this.#threads = threads;
    this.#lifetime.add(watch.onDidChange(() => this.#didChange.fire()));
    this.#lifetime.add(threads.onDidChangeScope(() => this.#didChange.fire()));
  }

  pending(): readonly PendingQuestion[] {
    return this.#shown().map(({ id, text, workspaceDir, expiresAt }) => {
      return { id, text, folder: workspaceDir, expiresAt };
    });
  }

  /** @throws UserError when somebody else answered it, or nobody waits for the answer any more. */
  async answer(id: string, text: string): Promise<void> {
    const question = this.#shown().find((each) => each.id === id);
    if (question === undefined) throw new UserError('That question was answered or given up meanwhile.');
    await answerQuestion(question, text);
    await this.#watch.refresh();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #shown(): Question[] {
    return this.#watch.pending().filter(({ workspaceDir }) => this.#threads.isInScope(workspaceDir));
  }
}
