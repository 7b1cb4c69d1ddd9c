import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import type { LiveRuns } from '../threads/liveRuns';
import { cutAtWord } from '../threads/threadTitle';
import { ThreadOutput } from '../threads/threadOutput';
import type { ThreadStore } from '../threads/threadStore';

const SCHEME = 'codex-output';
/** Contributed by package.json, with its own colours and editor settings. */
const LANGUAGE = 'codex-output';

/** The read-only document that shows the output of a thread. Its last part is the title of the tab. */
function outputUri(threadId: string, title: string): vscode.Uri {
  const name = cutAtWord(title, 40).replace(/[\\/]/gu, '-');
  return vscode.Uri.from({ scheme: SCHEME, path: `/${threadId}/${name}` });
}

/** The thread whose output a document shows; undefined for every other document. */
export function threadOfOutput(uri: vscode.Uri | undefined): string | undefined {
  return uri?.scheme === SCHEME ? uri.path.split('/')[1] : undefined;
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
    // A change of language closes a document and opens it again, without asking for its content.
    this.#lifetime.add(
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.#opened(uri);
      }),
    );
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(({ document }) => followEnd(document)));
  }

  /** Opens the output of a thread in an editor, at its end. */
  async show(threadId: string): Promise<void> {
    const title = this.#store.get(threadId)?.title ?? 'Codex Output';
    const opened = await vscode.workspace.openTextDocument(outputUri(threadId, title));
    const document = await vscode.languages.setTextDocumentLanguage(opened, LANGUAGE);
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
      const output = new ThreadOutput(threadOfOutput(uri) ?? '', this.#store, this.#runs, this.#log);
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
