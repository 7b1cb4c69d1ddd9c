import * as vscode from 'vscode';
import type { Thread } from '../threads/thread';

/** What a command that concerns one thread gets: a row of the tree, a link's argument, or nothing. */
export type ThreadArgument = { readonly id: string } | undefined;

interface ThreadPick extends vscode.QuickPickItem {
  readonly id: string;
}

/** Lets the person choose one of the threads, the newest first. Undefined when they leave. */
export async function pickThread(
  threads: readonly Thread[],
  placeHolder: string,
): Promise<string | undefined> {
  const picks = [...threads]
    .sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0))
    .map((thread): ThreadPick => {
      const description = [thread.status, thread.model, thread.shortId].filter(Boolean).join(' · ');
      return { id: thread.id, label: thread.title, description };
    });
  if (picks.length === 0) {
    await vscode.window.showInformationMessage('There are no threads yet. “Codex: Run Task” starts one.');
    return undefined;
  }
  return (await vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true }))?.id;
}
