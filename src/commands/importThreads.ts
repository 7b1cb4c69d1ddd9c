import * as vscode from 'vscode';
import type { ThreadImporter } from '../threads/importThreads';
import type { ListedThread } from '../threads/listedThread';
import { singleLine } from '../threads/threadTitle';
import { age } from '../vscode/age';
import { ViewId } from '../vscode/contributions';
import { homeAsTilde } from '../vscode/homeAsTilde';
import { messages, plainText } from '../vscode/messages';
import { requireTrust } from './requireTrust';

/** What importing threads needs. */
export interface ImportTargets {
  readonly importer: ThreadImporter;
  readonly reveal: (threadId: string) => Promise<void>;
}

interface ImportPick extends vscode.QuickPickItem {
  readonly thread: ListedThread;
}

/** More than anybody looks through; who has that many types a part of the title or the folder. */
const MAX_PICKS = 1000;

/** *Codex: Import Threads from Codex*: lists what others have made in these folders, and enters what is chosen. */
export async function importThreads({ importer, reveal }: ImportTargets): Promise<void> {
  requireTrust(); // git is asked to which repository a folder belongs
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const chosen = await choose(importer.list(folders.map(({ uri }) => uri.fsPath)));
  if (chosen === 'none') {
    const where = ['', ' of this folder'][folders.length] ?? ' of these folders';
    await messages.info(`Codex has no other threads${where}.`);
    return;
  }
  if (chosen.length === 0) return;
  const { imported, failure } = await vscode.window.withProgress(
    { location: { viewId: ViewId.threads } },
    () => importer.import(chosen),
  );
  const [first] = imported;
  if (first !== undefined) await reveal(first);
  if (failure !== undefined) throw failure;
}

/** Shows the pages as they come. `none` when there is nothing to choose from; empty when the person leaves. */
async function choose(
  pages: AsyncIterable<readonly ListedThread[]>,
): Promise<readonly ListedThread[] | 'none'> {
  const pick = createPick();
  try {
    return await new Promise((resolve, reject) => {
      pick.onDidAccept(() => resolve(pick.selectedItems.map(({ thread }) => thread)));
      const closed = new AbortController();
      pick.onDidHide(() => {
        closed.abort();
        resolve([]);
      });
      pick.show();
      fill(pick, pages, closed.signal).then(() => {
        if (pick.items.length === 0) resolve('none');
      }, reject);
    });
  } finally {
    pick.dispose();
  }
}

function createPick(): vscode.QuickPick<ImportPick> {
  const pick = vscode.window.createQuickPick<ImportPick>();
  pick.title = 'Import Threads from Codex';
  pick.placeholder = 'Looking for threads…';
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;
  pick.busy = true;
  return pick;
}

/** Appends page after page, until the last one, the limit, or the end of the list. */
async function fill(
  pick: vscode.QuickPick<ImportPick>,
  pages: AsyncIterable<readonly ListedThread[]>,
  closed: AbortSignal,
): Promise<void> {
  for await (const page of pages) {
    if (closed.aborted) return;
    if (page.length === 0) continue;
    // VS Code forgets both with new items.
    const { selectedItems, activeItems, items } = pick;
    pick.items = [...items, ...page.map(pickOf)].slice(0, MAX_PICKS);
    pick.selectedItems = selectedItems;
    if (items.length > 0) pick.activeItems = activeItems;
    pick.placeholder = 'Which threads?';
    if (pick.items.length === MAX_PICKS) {
      pick.placeholder = `Which threads? The first ${MAX_PICKS.toLocaleString('en')} are listed.`;
      break;
    }
  }
  pick.busy = false;
}

function pickOf(thread: ListedThread): ImportPick {
  const { title, updatedAt, model, cwd } = thread;
  const ago = updatedAt === undefined ? undefined : age(Date.now() - updatedAt);
  const description = [ago, model].filter((part) => part !== undefined).join(' · ');
  return {
    thread,
    label: plainText(title),
    description: plainText(singleLine(description)),
    detail: plainText(singleLine(homeAsTilde(cwd ?? ''))),
  };
}
