import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import type { QuestionReader } from '../threads/pendingQuestions';
import type { ThreadReader } from '../threads/threadStore';
import { ContextKey } from '../vscode/contributions';

/** Keeps the context keys by which the palette offers only what applies. */
export class ActivityContext implements vscode.Disposable {
  readonly #subscriptions: Disposable[];
  #last = '';

  constructor(threads: ThreadReader, questions: QuestionReader) {
    const update = (): void => this.#update(threads, questions);
    this.#subscriptions = [threads.onDidChange(update), questions.onDidChange(update)];
    update();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #update(threads: ThreadReader, questions: QuestionReader): void {
    const active = threads.active();
    const values = {
      [ContextKey.active]: active.length > 0,
      [ContextKey.waiting]: active.some(({ status }) => status === 'needsYou'),
      [ContextKey.asked]:
        questions.pending().length > 0 ||
        active.some(({ pendingApproval }) => pendingApproval?.form !== undefined),
    };
    const text = JSON.stringify(values);
    if (text === this.#last) return;
    this.#last = text;
    for (const [key, value] of Object.entries(values)) {
      void vscode.commands.executeCommand('setContext', key, value);
    }
  }
}
