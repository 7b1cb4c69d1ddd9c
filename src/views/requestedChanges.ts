import * as vscode from 'vscode';
import { requestedContents } from '../threads/changes/requestedContents';
import { singleLine } from '../threads/threadTitle';
import type { ThreadReader } from '../threads/threadStore';
import type { FileEdit } from '../threads/turnItem';

const SCHEME = 'codex-requested';

/** Shows what a thread asks to change in VS Code's own diff editor: the files as they are and as they would be. */
export class RequestedChanges implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #registration: vscode.Disposable;

  constructor(threads: ThreadReader) {
    this.#threads = threads;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** False when the thread asks for nothing that could be shown. */
  async show(threadId: string): Promise<boolean> {
    const thread = this.#threads.get(threadId);
    const { id = '', edits = [] } = thread?.pendingApproval ?? {};
    if (thread === undefined || edits.length === 0) return false;
    const resources = await Promise.all(
      edits.map(async (edit, index) => {
        const side = (name: 'before' | 'after', path: string): vscode.Uri => {
          const query = new URLSearchParams({ threadId, id, index: String(index), side: name });
          return vscode.Uri.file(path).with({ scheme: SCHEME, query: query.toString() });
        };
        const { before, after } = await requestedContents(edit);
        const present = before === undefined ? vscode.Uri.file(edit.path) : side('before', edit.path);
        const path = edit.movedTo ?? edit.path;
        return [
          vscode.Uri.file(path),
          before === null ? undefined : present,
          after === null ? undefined : side('after', path),
        ];
      }),
    );
    const title = `Requested Changes · ${singleLine(thread.title)}`;
    await vscode.commands.executeCommand('vscode.changes', title, resources);
    return true;
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const values = new URLSearchParams(query);
    const edit = this.#edit(values);
    if (edit === undefined) return 'This change no longer waits for an answer.\n';
    const contents = await requestedContents(edit);
    return contents[values.get('side') === 'before' ? 'before' : 'after'] ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #edit(values: URLSearchParams): FileEdit | undefined {
    const asked = this.#threads.get(values.get('threadId') ?? '')?.pendingApproval;
    return asked?.id === values.get('id') ? asked.edits?.[Number(values.get('index'))] : undefined;
  }
}
