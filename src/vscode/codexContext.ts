import * as vscode from 'vscode';
import { ContextKey, Setting, SETTINGS_SECTION } from './contributions';

/**
 * Keeps the context key by which the empty view says whether codex is there. Looks at once, and again when
 * the setting changes or somebody asks.
 */
export class CodexContext implements vscode.Disposable {
  readonly #isFound: () => Promise<boolean>;
  readonly #subscription: vscode.Disposable;

  constructor(isFound: () => Promise<boolean>) {
    this.#isFound = isFound;
    this.#subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SETTINGS_SECTION}.${Setting.codexPath}`)) void this.update();
    });
    void this.update();
  }

  async update(): Promise<void> {
    const value = (await this.#isFound()) ? 'found' : 'missing';
    await vscode.commands.executeCommand('setContext', ContextKey.codex, value);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
