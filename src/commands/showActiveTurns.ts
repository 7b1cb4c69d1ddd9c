import * as vscode from 'vscode';
import type { Thread } from '../threads/thread';
import type { ErrorReporter } from '../vscode/errorReporting';
import { plainText } from '../vscode/messages';
import { answerQuestion } from './answerQuestion';
import type { QuestionTargets } from './answerQuestion';
import { killThreads, stopAll } from './killThreads';
import type { TurnKiller } from './killThreads';
import { questionEntry } from './questionEntry';

export interface ActiveTurnsTargets extends QuestionTargets {
  readonly killer: TurnKiller;
  /** What stands behind the title of a thread, as in the view. */
  readonly describe: (thread: Thread) => string;
  readonly errors: ErrorReporter;
  readonly showTranscript: (threadId: string) => Promise<void>;
}

type Choice = { readonly kind: 'thread' | 'question'; readonly id: string } | { readonly kind: 'all' };

interface ActiveItem extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

const killButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('debug-stop'), tooltip: 'Kill' };

/**
 * The status bar's click: the turns under way, whoever runs them, and what runs ask. The list follows them while
 * it is open.
 */
export async function showActiveTurns(targets: ActiveTurnsTargets): Promise<void> {
  const pick = vscode.window.createQuickPick<ActiveItem>();
  pick.title = 'Active Codex Turns';
  pick.placeholder = 'Choose a turn to open its transcript';
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  const refresh = (): void => showItems(pick, itemsOf(targets));
  const kill = targets.errors.guard((id: string) => killThreads(targets.killer, targets.threads, [id]));
  const accept = targets.errors.guard(async () => {
    const choice = pick.selectedItems[0]?.choice;
    if (choice === undefined) return;
    pick.hide();
    await follow(targets, choice);
  });
  const closed = new Promise<void>((resolve) => pick.onDidHide(resolve));
  pick.onDidAccept(accept);
  pick.onDidTriggerItemButton(({ item: { choice } }) => choice?.kind === 'thread' && kill(choice.id));
  const changes = [targets.threads.onDidChange(refresh), targets.questions.onDidChange(refresh)];
  refresh();
  pick.show();
  await closed;
  for (const change of changes) change.dispose();
  pick.dispose();
}

function follow(targets: ActiveTurnsTargets, choice: Choice): Promise<void> {
  switch (choice.kind) {
    case 'thread':
      return targets.showTranscript(choice.id);
    case 'question':
      return answerQuestion(targets, choice);
    case 'all':
      return stopAll(targets.killer, targets.threads);
  }
}

/** VS Code would go back to the first entry, under the hand of a person who has moved on from it. */
function showItems(pick: vscode.QuickPick<ActiveItem>, items: readonly ActiveItem[]): void {
  const keyOf = ({ choice }: ActiveItem): string => JSON.stringify(choice);
  const before = pick.activeItems.map(keyOf);
  pick.items = items;
  const still = items.filter((item) => before.includes(keyOf(item)));
  if (still.length > 0) pick.activeItems = still;
}

function itemsOf({ threads, questions, describe }: ActiveTurnsTargets): ActiveItem[] {
  const asked = questions.pending().map((question): ActiveItem => {
    return { ...questionEntry(question), choice: { kind: 'question', id: question.id } };
  });
  const active = threads.active();
  if (asked.length + active.length === 0) return [{ label: 'No active Codex turns.' }];
  const itemOf = (thread: Thread): ActiveItem => ({
    label: plainText(thread.title),
    description: plainText(describe(thread)),
    // One that has been told already is left to end.
    buttons: thread.status === 'stopping' ? [] : [killButton],
    choice: { kind: 'thread', id: thread.id },
  });
  const waiting = active.filter(({ status }) => status === 'needsYou');
  const running = active.filter(({ status }) => status !== 'needsYou');
  return [
    ...section('Needs You', [...asked, ...waiting.map(itemOf)]),
    ...section('Running', running.map(itemOf)),
    ...section('', active.length === 0 ? [] : [{ label: '$(debug-stop) Stop All', choice: { kind: 'all' } }]),
  ];
}

function section(heading: string, items: readonly ActiveItem[]): ActiveItem[] {
  if (items.length === 0) return [];
  return [{ label: heading, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
