import type * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Event } from '../base/event';
import type { ErrorReporter } from '../vscode/errorReporting';
import { UserError } from '../base/userError';
import { homeAsTilde } from '../vscode/homeAsTilde';

/** A shared file that cannot be used just now, in words. */
export interface FileProblem {
  readonly file: string;
  readonly message: string;
}

export interface FileProblems {
  readonly problems: readonly FileProblem[];
  readonly onDidChangeProblems: Event<void>;
}

/** Says once for each file what is wrong with it, and keeps a line above the tree while it is. */
export class StateProblems implements vscode.Disposable {
  readonly #lifetime = new DisposableStore();
  readonly #source: FileProblems;
  readonly #setMessage: (message: string) => void;
  readonly #errors: ErrorReporter;
  #told = new Set<string>();

  constructor(source: FileProblems, setMessage: (message: string) => void, errors: ErrorReporter) {
    this.#source = source;
    this.#setMessage = setMessage;
    this.#errors = errors;
    this.#lifetime.add(source.onDidChangeProblems(() => this.#show()));
    this.#show();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #show(): void {
    const { problems } = this.#source;
    this.#setMessage(problems.map(({ message }) => homeAsTilde(message)).join('\n'));
    for (const { file, message } of problems) {
      if (this.#told.has(file)) continue;
      void this.#errors.report(
        new UserError(homeAsTilde(message), { remedies: [{ kind: 'openFile', path: file }] }),
      );
    }
    this.#told = new Set(problems.map(({ file }) => file));
  }
}
