import * as vscode from 'vscode';
import { Coalescer } from '../base/coalescer';
import { ContextKey, Setting, SETTINGS_SECTION } from './contributions';

/**
 * Keeps the context key by which the empty view says whether codex is there. Looks at once, when the setting
 * changes, when somebody asks, and while codex is missing whenever the person comes back to the window: it
 * may have been installed meanwhile.
 */
export class CodexContext implements vscode.Disposable {
  readonly #isFound: () => Promise<boolean>;
  readonly #subscriptions: vscode.Disposable;
  readonly #looking = new Coalescer(() => this.#look());
  #state: 'found' | 'missing' | undefined;

  /** `onDidChangeWindowState`: tells whether the window has the focus. */
  constructor(
    isFound: () => Promise<boolean>,
    onDidChangeWindowState: vscode.Event<{ readonly focused: boolean }> = vscode.window
      .onDidChangeWindowState,
  ) {
    this.#isFound = isFound;
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${SETTINGS_SECTION}.${Setting.codexPath}`)) void this.update();
      }),
      onDidChangeWindowState(({ focused }) => {
        if (focused && this.#state === 'missing') void this.update();
      }),
    );
    void this.update();
  }

  /** What the context key says; undefined before codex has been looked for. */
  get state(): 'found' | 'missing' | undefined {
    return this.#state;
  }

  /** Looks again. Resolves when the context key says what a look has found that began after the call. */
  async update(): Promise<void> {
    await this.#looking.run();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #look(): Promise<void> {
    const state = (await this.#isFound()) ? 'found' : 'missing';
    if (state === this.#state) return;
    await vscode.commands.executeCommand('setContext', ContextKey.codex, state);
    this.#state = state;
  }
}
