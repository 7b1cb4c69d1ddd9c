import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { cutAtWord } from '../threads/threadTitle';
import { ThreadOutput } from '../threads/threadOutput';
import type { StreamingRun } from '../threads/threadOutput';
import type { ThreadReader } from '../threads/threadStore';
import { ComputedFiles } from './computedFiles';

/** Also in package.json, as `onFileSystem:codex-output`. */
const SCHEME = 'codex-output';
/** Contributed by package.json, with its own colours and editor settings. */
const LANGUAGE = 'codex-output';

const LAST_LINE = new vscode.Position(2 ** 30, 0);
/** Editors take the nearest position that there is. */
const THE_END = new vscode.Range(LAST_LINE, LAST_LINE);

/** The thread whose output a document shows; undefined for every other document. */
export function threadOfOutput(uri: vscode.Uri | undefined, scheme = SCHEME): string | undefined {
  return uri?.scheme === scheme ? uri.path.split('/')[1] : undefined;
}

/** Outputs are files `/THREAD/TITLE`. */
function typeOfOutput(uri: vscode.Uri): vscode.FileType {
  const depth = uri.path.split('/').filter((part) => part !== '').length;
  if (depth > 2) throw vscode.FileSystemError.FileNotFound(uri);
  return depth === 2 ? vscode.FileType.File : vscode.FileType.Directory;
}

interface OpenOutput extends Disposable {
  readonly output: ThreadOutput;
}

/** Shows the output of threads in read-only editors that follow what is being written. */
export class OutputDocuments implements vscode.Disposable {
  readonly #store: ThreadReader;
  readonly #runs: { get(threadId: string): StreamingRun | undefined };
  readonly #log: Log;
  readonly #scheme: string;
  readonly #lifetime = new DisposableStore();
  readonly #files = this.#lifetime.add(new ComputedFiles((uri) => this.#read(uri), typeOfOutput));
  /** Of the documents that are open: nothing follows a thread for any other. */
  readonly #open = new Map<string, OpenOutput>();

  constructor(
    store: ThreadReader,
    runs: { get(threadId: string): StreamingRun | undefined },
    log: Log,
    scheme = SCHEME,
  ) {
    this.#store = store;
    this.#runs = runs;
    this.#log = log;
    this.#scheme = scheme;
    const { workspace } = vscode;
    this.#lifetime.add(workspace.registerFileSystemProvider(scheme, this.#files, { isReadonly: true }));
    this.#lifetime.add(workspace.onDidOpenTextDocument((document) => this.#opened(document)));
    this.#lifetime.add(workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
    this.#lifetime.add(workspace.onDidChangeTextDocument((change) => this.#followEnd(change)));
    for (const document of workspace.textDocuments) this.#opened(document);
  }

  /** Opens the output of a thread in an editor, at its end. */
  async show(threadId: string): Promise<void> {
    const uri = this.#uriOf(threadId, this.#store.get(threadId)?.title ?? 'Codex Output');
    await this.#open.get(uri.toString())?.output.refresh();
    // The command, as `openTextDocument` keeps a document open for minutes after its tab was closed.
    await vscode.commands.executeCommand('vscode.open', uri, { preview: true, selection: THE_END });
  }

  dispose(): void {
    for (const open of this.#open.values()) open.dispose();
    this.#open.clear();
    this.#lifetime.dispose();
  }

  /** The last part is the title of the tab. */
  #uriOf(threadId: string, title: string): vscode.Uri {
    const name = cutAtWord(title, 40).replace(/[\\/]/gu, '-').replace(/^\.+$/u, '…');
    return vscode.Uri.from({ scheme: this.#scheme, path: `/${threadId}/${name}` });
  }

  async #read(uri: vscode.Uri): Promise<string> {
    const open = this.#open.get(uri.toString());
    if (open !== undefined) return await open.output.read();
    const output = this.#outputOf(uri);
    try {
      return await output.read();
    } finally {
      output.dispose();
    }
  }

  #outputOf(uri: vscode.Uri): ThreadOutput {
    return new ThreadOutput(threadOfOutput(uri, this.#scheme) ?? '', this.#store, this.#runs, this.#log);
  }

  #opened(document: vscode.TextDocument): void {
    const { uri } = document;
    if (uri.scheme !== this.#scheme) return;
    this.#close(uri);
    const output = this.#outputOf(uri);
    const following = new DisposableStore();
    following.add(output);
    this.#open.set(uri.toString(), { output, dispose: () => following.dispose() });
    void output.read().then((text) => {
      following.add(output.onDidChange(() => this.#files.tellChanged(uri)));
      // Written between the reading of the file and the opening of the document.
      if (text !== document.getText()) this.#files.tellChanged(uri);
    });
    if (document.languageId !== LANGUAGE) void this.#setLanguage(document);
  }

  /** An editor that was restored knows of no language, or of that of a file named as the thread is. */
  async #setLanguage(document: vscode.TextDocument): Promise<void> {
    try {
      await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
    } catch (error) {
      this.#log.warn(`${document.uri.path} could not be shown in colour: ${errorText(error)}`); // closed again
    }
  }

  #close(uri: vscode.Uri): void {
    const key = uri.toString();
    this.#open.get(key)?.dispose();
    this.#open.delete(key);
  }

  /** Keeps the end in sight where the cursor stood at it, as a terminal does; leaves everybody else alone. */
  #followEnd({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.scheme !== this.#scheme || contentChanges.length === 0) return;
    const lastLine = document.lineCount - 1;
    // The cursor moves with what is put in before it, but where it is now is told later.
    const lastLineBefore = contentChanges.reduce((line, change) => line - addedLines(change), lastLine);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document || editor.selection.active.line < lastLineBefore) continue;
      editor.revealRange(document.lineAt(lastLine).range);
    }
  }
}

function addedLines({ text, range }: vscode.TextDocumentContentChangeEvent): number {
  return text.split('\n').length - 1 - (range.end.line - range.start.line);
}
