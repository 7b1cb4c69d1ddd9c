import * as vscode from 'vscode';
import type { ArchivedThread } from '../threads/archivedThreads';
import { age } from '../vscode/age';
import { CommandId } from '../vscode/contributions';

export function archivedGroupItem(): vscode.TreeItem {
  const item = new vscode.TreeItem('Archived', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'group.archived';
  item.contextValue = 'group';
  return item;
}

export function archivedItem(thread: ArchivedThread): vscode.TreeItem {
  const item = new vscode.TreeItem(thread.title);
  const ago = thread.updatedAt === undefined ? undefined : age(Date.now() - thread.updatedAt);
  item.id = `archived.${thread.id}`;
  item.description = [ago, thread.model].filter((part) => part !== undefined).join(' · ');
  item.tooltip = [thread.title, thread.cwd, thread.id].filter((part) => part !== undefined).join('\n');
  item.iconPath = new vscode.ThemeIcon('archive');
  item.contextValue = 'thread.archived';
  item.accessibilityInformation = { label: `Archived: ${thread.title}` };
  return item;
}

export function moreArchivedItem(): vscode.TreeItem {
  const item = new vscode.TreeItem('Show More');
  item.id = 'more.archived';
  item.contextValue = 'more';
  item.command = { command: CommandId.showMoreArchived, title: 'Show More' };
  return item;
}
