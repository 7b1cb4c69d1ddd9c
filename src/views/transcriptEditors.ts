import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { ApprovalAnswerer } from '../threads/answerApproval';
import type { ThreadGoals } from '../threads/history/threadGoals';
import type { ThreadHistories } from '../threads/history/threadHistory';
import type { ThreadReader } from '../threads/threadStore';
import { CommandId, EditorId } from '../vscode/contributions';
import type { ErrorReporter } from '../vscode/errorReporting';
import { openFile, openLink } from './transcriptLinks';
import { transcriptPage } from './transcriptPage';
import type { TranscriptActions, TranscriptRuns, TranscriptSession } from './transcriptSession';
import { openTranscriptUri, threadOfTranscript, titleInTranscript, transcriptUri } from './transcriptUri';

/** A tree runs the command of a row for each click of a double one. */
const DOUBLE_CLICK_MS = 500;

export interface TranscriptEditorsParts {
  readonly threads: ThreadReader;
  /** Resolves when `threads` has been filled. */
  readonly loaded: Promise<unknown>;
  readonly histories: ThreadHistories;
  readonly goals: Pick<ThreadGoals, 'get'>;
  readonly runs: TranscriptRuns;
  /** See {@link TranscriptActions}. */
  readonly send: TranscriptActions['send'];
  readonly answerer: Pick<ApprovalAnswerer, 'answer'>;
  readonly errors: ErrorReporter;
  /** Of the extension. */
  readonly extensionUri: vscode.Uri;
}

/**
 * Shows transcripts as editors of their own: a preview that the next click replaces, pinned, split, and back
 * after a reload, as files are.
 */
export class TranscriptEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #parts: TranscriptEditorsParts;
  readonly #lifetime = new DisposableStore();
  readonly #sessions = new Set<TranscriptSession>();
  readonly #actions: TranscriptActions;
  /** The row that was clicked last, and when. */
  #lastClick = { threadId: '', at: 0 };

  constructor(parts: TranscriptEditorsParts) {
    this.#parts = parts;
    this.#actions = actionsOf(parts);
    this.#lifetime.add(
      vscode.window.registerCustomEditorProvider(EditorId.transcript, this, {
        supportsMultipleEditorsPerDocument: true,
        webviewOptions: { enableFindWidget: true },
      }),
    );
    this.#lifetime.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        for (const session of this.#sessions) session.update();
      }),
    );
  }

  /**
   * Opens the transcript of a thread. With `preserveFocus` as a click on a row does: the keys stay with the
   * view, and a second click keeps the tab and goes there.
   */
  async show(threadId: string, preserveFocus = false): Promise<void> {
    const title = this.#parts.threads.get(threadId)?.title ?? 'Codex Transcript';
    const uri = openTranscriptUri(threadId) ?? transcriptUri(threadId, title);
    const isDoubleClick = preserveFocus && this.#isDoubleClick(threadId);
    // Read while VS Code makes the editor, which shares it.
    const history = this.#parts.histories.open(threadId);
    history.load().catch(() => undefined); // told on the page, for which it is read again
    try {
      await vscode.commands.executeCommand('vscode.openWith', uri, EditorId.transcript, {
        preview: !isDoubleClick,
        preserveFocus: preserveFocus && !isDoubleClick,
      });
    } finally {
      history.dispose();
    }
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const session = await this.#open(uri, panel);
    if (session === undefined) return;
    const { webview } = panel;
    webview.onDidReceiveMessage((message) => void session.receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) session.hidden();
    });
    panel.iconPath = {
      light: this.#file('media', 'codex-light.svg'),
      dark: this.#file('media', 'codex-dark.svg'),
    };
    const files = this.#file('dist');
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    webview.html = pageOf(webview, files);
    session.expectPage();
  }

  dispose(): void {
    this.#lifetime.dispose();
    for (const session of this.#sessions) session.dispose();
    this.#sessions.clear();
  }

  /** Undefined when the tab was closed meanwhile. */
  async #open(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<TranscriptSession | undefined> {
    const { threads, loaded, histories, goals, runs } = this.#parts;
    // What was under way when the tab was closed still ends.
    const closed = new AbortController();
    const { signal } = closed;
    panel.onDidDispose(() => closed.abort());
    const { TranscriptSession } = await import('./transcriptSession');
    if (signal.aborted) return undefined;
    const session = new TranscriptSession({
      ...{
        threadId: threadOfTranscript(uri),
        title: titleInTranscript(uri),
        threads,
        loaded,
        histories,
        runs,
      },
      goalOf: (threadId) => goals.get(threadId),
      isTrusted: () => vscode.workspace.isTrusted,
      actions: this.#actions,
      post: (message) => {
        if (!signal.aborted) void panel.webview.postMessage(message);
      },
      onDidChangeTitle: (title) => {
        if (!signal.aborted && panel.title !== title) panel.title = title;
      },
      keep: async () => {
        if (!signal.aborted && panel.active)
          await vscode.commands.executeCommand('workbench.action.keepEditor');
      },
    });
    this.#sessions.add(session);
    panel.onDidDispose(() => {
      this.#sessions.delete(session);
      session.dispose();
    });
    return session;
  }

  #file(...path: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.#parts.extensionUri, ...path);
  }

  #isDoubleClick(threadId: string): boolean {
    const { threadId: lastId, at: lastAt } = this.#lastClick;
    const at = Date.now();
    this.#lastClick = { threadId, at };
    return threadId === lastId && at - lastAt < DOUBLE_CLICK_MS;
  }
}

function pageOf(webview: vscode.Webview, files: vscode.Uri): string {
  const addressOf = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(files, name)).toString();
  return transcriptPage({
    script: addressOf('transcript.js'),
    style: addressOf('transcript.css'),
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64'),
  });
}

/** What needs a question, a button or a trust check is what the command of that name does. */
function actionsOf({ send, answerer, errors }: TranscriptEditorsParts): TranscriptActions {
  const run = async (command: string, argument: object): Promise<void> => {
    await vscode.commands.executeCommand(command, argument);
  };
  return {
    send,
    stop: (id) => run(CommandId.killThread, { id }),
    answer: (id, approvalId, decision) =>
      decision === 'answer'
        ? run(CommandId.answerQuestion, { id, approvalId })
        : answerer.answer(id, approvalId, decision),
    openLink,
    openFile,
    openChanges: (threadId, turnId, path) => {
      if (turnId === undefined) return run(CommandId.showRequestedChanges, { id: threadId });
      return path === undefined
        ? run(CommandId.openChanges, { threadId, turnId })
        : run(CommandId.openFileChange, { threadId, turnId, path, preserveFocus: false });
    },
    openLog: (id) => run(CommandId.openLog, { id }),
    copy: async (text) => await vscode.env.clipboard.writeText(text),
    report: (error) => void errors.report(error),
  };
}
