import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import type { ThreadReader } from '../threads/threadStore';
import { ContextKey } from '../vscode/contributions';

/** Keeps the context keys by which the palette offers only what applies. */
export class ActivityContext implements vscode.Disposable {
  readonly #subscription: Disposable;
  #last = '';

  constructor(threads: ThreadReader) {
    this.#subscription = threads.onDidChange(() => this.#update(threads));
    this.#update(threads);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #update(threads: ThreadReader): void {
    const active = threads.active();
    const values = {
      [ContextKey.active]: active.length > 0,
      [ContextKey.waiting]: active.some(({ status }) => status === 'needsYou'),
    };
    const text = JSON.stringify(values);
    if (text === this.#last) return;
    this.#last = text;
    for (const [key, value] of Object.entries(values)) {
      void vscode.commands.executeCommand('setContext', key, value);
    }
  }
}
