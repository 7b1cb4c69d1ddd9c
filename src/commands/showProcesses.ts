import * as vscode from 'vscode';
import type { ThreadKiller } from '../threads/killThread';
import type { ListedProcess, ProcessList, ProcessOwner } from '../threads/processList';
import type { ThreadStore } from '../threads/threadStore';
import type { ErrorReporter } from '../vscode/errorReporting';
import { messages, plainText } from '../vscode/messages';
import { killThreads } from './killThreads';

export interface ShowProcessesTargets {
  readonly processes: ProcessList;
  readonly killer: ThreadKiller;
  readonly store: ThreadStore;
  readonly errors: ErrorReporter;
  readonly showTranscript: (threadId: string) => Promise<void>;
}

interface ProcessItem extends vscode.QuickPickItem {
  readonly process?: ListedProcess;
  /** Of the entry that ends all of these. */
  readonly all?: readonly ListedProcess[];
}

const killButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('debug-stop'), tooltip: 'Kill' };
const endButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('close'), tooltip: 'End' };

/** *Codex: Show Processes*: what runs for codex threads, with what can be ended of it. */
export async function showProcesses(targets: ShowProcessesTargets): Promise<void> {
  const pick = vscode.window.createQuickPick<ProcessItem>();
  pick.title = 'Codex Processes';
  pick.placeholder = 'Choose a process to open its thread';
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  const refresh = async (): Promise<void> => {
    pick.items = itemsOf(await targets.processes.list(), targets.store);
  };
  const end = targets.errors.guard(async (processes: readonly ListedProcess[]) => {
    pick.busy = true;
    try {
      await endAll(targets, processes);
      await refresh();
    } finally {
      pick.busy = false;
    }
  });
  const accept = targets.errors.guard(async () => {
    const [item] = pick.selectedItems;
    const threadId = item?.process?.threadId;
    if (item?.all !== undefined) await end(item.all);
    if (threadId === undefined || targets.store.get(threadId) === undefined) return;
    pick.hide();
    await targets.showTranscript(threadId);
  });
  const closed = new Promise<void>((resolve) => pick.onDidHide(resolve));
  pick.onDidAccept(accept);
  pick.onDidTriggerItemButton(({ item }) => item.process && end([item.process]));
  pick.busy = true;
  pick.show();
  await refresh();
  pick.busy = false;
  await closed;
  pick.dispose();
}

async function endAll(
  { processes, killer, store }: ShowProcessesTargets,
  chosen: readonly ListedProcess[],
): Promise<void> {
  const turns = chosen.flatMap(({ end, threadId }) => (end?.kind === 'kill' ? (threadId ?? []) : []));
  if (turns.length > 0) await killThreads(killer, store, turns);
  if (await processes.endLeftovers(chosen)) return;
  await messages.warn('Some of these processes did not end. They may belong to another user.');
}

function itemsOf(processes: readonly ListedProcess[], store: ThreadStore): ProcessItem[] {
  if (processes.length === 0) return [{ label: 'No Codex processes.' }];
  const items: ProcessItem[] = [];
  let owner: ProcessOwner | undefined;
  for (const process of processes) {
    if (process.owner !== owner) {
      owner = process.owner;
      items.push({ label: headingOf(owner), kind: vscode.QuickPickItemKind.Separator });
    }
    items.push(itemOf(process, store));
  }
  const all = processes.filter(({ end }) => end?.kind === 'leftover');
  if (all.length > 1) items.push({ label: '$(close-all) End All Left-over Processes', all });
  return items;
}

function itemOf(process: ListedProcess, store: ThreadStore): ProcessItem {
  const { title, pid, more, startedAt, threadId, end, owner } = process;
  const starter = owner === 'nobody' && threadId !== undefined ? store.get(threadId)?.title : undefined;
  const description = [
    `process ${pid}${more === 0 ? '' : ` and ${more} more`}`,
    ...(startedAt === undefined ? [] : [`running ${elapsed(Date.now() - startedAt)}`]),
    ...(starter === undefined ? [] : [`started by “${starter}”`]),
  ].join(' · ');
  const buttons = end === undefined ? [] : [end.kind === 'kill' ? killButton : endButton];
  return { label: plainText(title), description: plainText(description), buttons, process };
}

function headingOf(owner: ProcessOwner): string {
  switch (owner) {
    case 'thisWindow':
      return 'This Window';
    case 'otherWindows':
      return 'Other Windows';
    case 'cli':
      return 'codex-collab CLI';
    case 'nobody':
      return 'Left Over';
  }
}

/** "41s", "3m", "2h 7m", "3d": coarse, since the list stands still. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d`;
}
