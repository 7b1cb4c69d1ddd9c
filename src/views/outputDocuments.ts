import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import type { LiveRuns } from '../threads/liveRuns';
import { ThreadOutput } from '../threads/threadOutput';
import type { ThreadStore } from '../threads/threadStore';

const SCHEME = 'codex-output';

/** The read-only document that shows the output of a thread. */
export function outputUri(threadId: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${threadId}/Codex Output` });
}

interface OpenOutput extends Disposable {
  readonly output: ThreadOutput;
}

/** Serves the output of threads as read-only editors that follow what is being written. */
export class OutputDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #store: ThreadStore;
  readonly #runs: LiveRuns;
  readonly #log: Log;
  readonly #lifetime = new DisposableStore();
  readonly #didChange = this.#lifetime.add(new vscode.EventEmitter<vscode.Uri>());
  readonly #open = new Map<string, OpenOutput>();

  readonly onDidChange = this.#didChange.event;

  constructor(store: ThreadStore, runs: LiveRuns, log: Log) {
    this.#store = store;
    this.#runs = runs;
    this.#log = log;
    this.#lifetime.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(({ document }) => followEnd(document)));
  }

  /** Opens the output of a thread in an editor, at its end. */
  async show(threadId: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(outputUri(threadId));
    await vscode.languages.setTextDocumentLanguage(document, 'log');
    const end = document.lineAt(document.lineCount - 1).range.end;
    await vscode.window.showTextDocument(document, { preview: true, selection: new vscode.Range(end, end) });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return await this.#opened(uri).read();
  }

  dispose(): void {
    for (const open of this.#open.values()) open.dispose();
    this.#open.clear();
    this.#lifetime.dispose();
  }

  #opened(uri: vscode.Uri): ThreadOutput {
    const key = uri.toString();
    let open = this.#open.get(key);
    if (open === undefined) {
      const output = new ThreadOutput(uri.path.split('/')[1] ?? '', this.#store, this.#runs, this.#log);
      const subscription = output.onDidChange(() => this.#didChange.fire(uri));
      open = {
        output,
        dispose: () => {
          subscription.dispose();
          output.dispose();
        },
      };
      this.#open.set(key, open);
    }
    return open.output;
  }

  #close(uri: vscode.Uri): void {
    const key = uri.toString();
    this.#open.get(key)?.dispose();
    this.#open.delete(key);
    this.#log.trace(`Closed ${key}`);
  }
}

/** Keeps the end in sight where the cursor stands at it, as a terminal does; leaves everybody else alone. */
function followEnd(document: vscode.TextDocument): void {
  if (document.uri.scheme !== SCHEME) return;
  for (const editor of vscode.window.visibleTextEditors) {
    if (editor.document !== document) continue;
    const lastLine = document.lineCount - 1;
    if (editor.selection.active.line < lastLine) continue;
    editor.revealRange(document.lineAt(lastLine).range);
  }
}
