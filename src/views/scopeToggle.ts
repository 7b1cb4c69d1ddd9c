import * as vscode from 'vscode';
import { Coalescer } from '../base/coalescer';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { ScopedThreads } from '../threads/scopedThreads';
import type { WorkspaceScope } from '../threads/workspaceScope';
import { ContextKey } from '../vscode/contributions';

/** The threads of this window's folders, or those of all workspaces. */
export type ScopeChoice = 'thisWorkspace' | 'allWorkspaces';

const MEMENTO_KEY = 'scope';

/** Keeps the choice, and what follows from it, up to date with the folders of the window. */
export class ScopeToggle implements vscode.Disposable {
  readonly #threads: ScopedThreads;
  readonly #scopeOf: (folders: readonly string[]) => Promise<WorkspaceScope>;
  readonly #memento: vscode.Memento;
  readonly #log: Log;
  readonly #updates = new Coalescer(() => this.#update());
  readonly #subscription: vscode.Disposable;

  constructor(
    threads: ScopedThreads,
    scopeOf: (folders: readonly string[]) => Promise<WorkspaceScope>,
    memento: vscode.Memento,
    log: Log,
  ) {
    this.#threads = threads;
    this.#scopeOf = scopeOf;
    this.#memento = memento;
    this.#log = log;
    this.#subscription = vscode.Disposable.from(
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.update()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.update()),
    );
  }

  async choose(choice: ScopeChoice): Promise<void> {
    await this.#memento.update(MEMENTO_KEY, choice);
    await this.update();
  }

  /** Resolves when the views show what was chosen; never rejects. */
  async update(): Promise<void> {
    await this.#updates.run().catch((error: unknown) => {
      this.#log.error(`The scope of the threads could not be changed: ${errorText(error)}`);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #update(): Promise<void> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const isAll = this.#memento.get(MEMENTO_KEY) === 'allWorkspaces' || folders.length === 0;
    const scope = isAll ? undefined : await this.#scopeOf(folders.map(({ uri }) => uri.fsPath));
    this.#threads.setScope(scope);
    const choice: ScopeChoice = isAll ? 'allWorkspaces' : 'thisWorkspace';
    await vscode.commands.executeCommand('setContext', ContextKey.scope, choice);
  }
}
