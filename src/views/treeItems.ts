import * as vscode from 'vscode';
import { basename, dirname, isAbsolute } from 'node:path';
import type { ApprovalDecision, Thread } from '../threads/thread';
import { cutAtWord } from '../threads/threadTitle';
import { CommandId } from '../vscode/contributions';
import type { RowContext } from '../vscode/contributions';
import { homeAsTilde } from '../vscode/homeAsTilde';
import { groupTitle } from './threadGroups';
import { accessibleLabel, description } from './threadText';
import type { GroupNode, MoreNode } from './treeNodes';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** VS Code cuts what stands behind a label: of a thread that waits, what it waits for has to be seen. */
const WAITING_LENGTH = 18;

const DECISION_CONTEXT: Readonly<Record<ApprovalDecision, string>> = {
  accept: '.approve',
  acceptForSession: '.session',
  decline: '.decline',
  cancel: '.stop',
};

/** The row of a folder, while all workspaces are shown. */
export function folderItem(folder: string, runningCount: number): vscode.TreeItem {
  const item = new vscode.TreeItem(basename(folder) || folder, runningCount > 0 ? Expanded : Collapsed);
  const running = runningCount === 0 ? [] : [`${runningCount} running`];
  item.id = `folder.${folder}`;
  const parent = isAbsolute(folder) ? [homeAsTilde(dirname(folder))] : [];
  item.description = [...running, ...parent].join(' · ');
  item.tooltip = folder;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.contextValue = 'folder';
  return item;
}

export function groupItem({ section, group }: GroupNode, count: number): vscode.TreeItem {
  const isOpen = group === 'needsYou' || group === 'running' || group === 'interrupted';
  const item = new vscode.TreeItem(groupTitle(group), isOpen ? Expanded : Collapsed);
  item.id = `group.${group}.${section}`;
  item.description = String(count);
  item.contextValue = 'group';
  item.accessibilityInformation = {
    label: `${groupTitle(group)}, ${count === 1 ? '1 thread' : `${count} threads`}`,
  };
  return item;
}

export function moreItem(node: MoreNode, hiddenCount: number): vscode.TreeItem {
  const item = new vscode.TreeItem('Show More');
  item.id = `more.${node.group}.${node.section}`;
  item.description = `${hiddenCount} older`;
  item.contextValue = 'more';
  item.command = { command: CommandId.showMore, title: 'Show More', arguments: [node] };
  return item;
}

/** `isOpen`: whether its turns are shown. */
export function threadItem(thread: Thread, isOpen: boolean): vscode.TreeItem {
  const now = Date.now();
  // What has never run a turn has nothing below it.
  const folding = isOpen ? Expanded : Collapsed;
  const label = thread.status === 'needsYou' ? cutAtWord(thread.title, WAITING_LENGTH) : thread.title;
  const item = new vscode.TreeItem(label, thread.status === 'idle' ? None : folding);
  item.id = thread.id;
  item.description = description(thread, now);
  item.iconPath = icon(thread);
  item.contextValue = rowContext(thread);
  item.accessibilityInformation = { label: accessibleLabel(thread) };
  const argument = { id: thread.id, preserveFocus: true };
  item.command = { command: CommandId.openTranscript, title: 'Open Transcript', arguments: [argument] };
  return item;
}

/** Of one that waits, also how it may be answered: "thread.needsYou.approve.session.decline.stop.files". */
export function rowContext({ status, pendingApproval: asked }: Thread): RowContext {
  if (status !== 'needsYou' || asked === undefined) return `thread.${status}`;
  const parts = [
    ...(asked.form === undefined ? [] : ['.answer']),
    ...asked.decisions.map((decision) => DECISION_CONTEXT[decision]),
    ...(asked.edits === undefined || asked.edits.length === 0 ? [] : ['.files']),
  ];
  return `thread.needsYou${parts.join('')}`;
}

function icon(thread: Thread): vscode.ThemeIcon {
  switch (thread.status) {
    case 'needsYou':
      return new vscode.ThemeIcon('bell-dot', new vscode.ThemeColor('notificationsWarningIcon.foreground'));
    case 'running':
      return new vscode.ThemeIcon('loading~spin');
    case 'stopping':
      return new vscode.ThemeIcon('loading~spin', new vscode.ThemeColor('list.warningForeground'));
    case 'interrupted':
      return new vscode.ThemeIcon('debug-pause');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'completed':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'idle':
      return new vscode.ThemeIcon('circle-large-outline');
  }
}
