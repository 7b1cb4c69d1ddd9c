import * as vscode from 'vscode';
import { statusText } from '../threads/thread';
import type { Thread } from '../threads/thread';
import { messages, plainText } from '../vscode/messages';

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
  const picks = await picksOf(threads);
  if (picks === undefined) return undefined;
  return (await vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true }))?.id;
}

/** The same for any number of them; those that are `ticked` come first, and stay so unless the person unticks them. */
export async function pickThreads(
  threads: readonly Thread[],
  placeHolder: string,
  ticked: readonly string[] = [],
): Promise<string[]> {
  const picks = (await picksOf(threads))
    ?.map((pick) => ({ ...pick, picked: ticked.includes(pick.id) }))
    .sort((a, b) => Number(b.picked) - Number(a.picked));
  if (picks === undefined) return [];
  const options = { placeHolder, matchOnDescription: true, canPickMany: true } as const;
  return ((await vscode.window.showQuickPick(picks, options)) ?? []).map(({ id }) => id);
}

/** Undefined, and said so, when there is nothing to choose from. */
async function picksOf(threads: readonly Thread[]): Promise<ThreadPick[] | undefined> {
  if (threads.length === 0) {
    await messages.info('There is no such thread just now.');
    return undefined;
  }
  return [...threads]
    .sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0))
    .map((thread) => {
      const description = [statusText(thread.status), thread.model, thread.shortId]
        .filter(Boolean)
        .join(' · ');
      return { id: thread.id, label: plainText(thread.title), description };
    });
}
