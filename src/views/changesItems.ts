import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { totalsText } from '../threads/changes/totalsText';
import type { LineCounts } from '../base/lineCounts';
import { singleLine } from '../threads/threadTitle';
import { CommandId } from '../vscode/contributions';
import type { ChangedFileNode, ChangesNode } from './treeNodes';
import { joined, relativePath } from './turnItems';

/** `totals`: of the thread's last turn, where that was noted. */
export function changesItem({ threadId }: ChangesNode, totals: LineCounts | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem('Changed Files', vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `changes.${threadId}`;
  item.iconPath = new vscode.ThemeIcon('diff-multiple');
  item.contextValue = 'turn.changes';
  if (totals !== undefined) item.tooltip = `The last turn: ${totalsText(totals)}`;
  return item;
}

/** `cwd`: what paths are told relative to. */
export function changedFileItem(node: ChangedFileNode, cwd: string | undefined): vscode.TreeItem {
  const { path, movedTo, kind } = node.file;
  const shown = movedTo ?? path;
  const name = singleLine(basename(shown));
  const folder = dirname(cwd === undefined ? shown : relativePath(cwd, shown));
  const how = { add: 'added', delete: 'deleted', update: movedTo === undefined ? undefined : 'moved' }[kind];
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None);
  // A file that was moved away may have left its place to a new one.
  item.id = `changedFile.${node.threadId}.${kind}.${path}.${movedTo ?? ''}`;
  item.description = joined(totalsText(node.file), how, folder === '.' ? undefined : singleLine(folder));
  item.iconPath = new vscode.ThemeIcon({ add: 'diff-added', delete: 'diff-removed', update: 'edit' }[kind]);
  item.tooltip = singleLine(shown);
  item.contextValue = 'file';
  item.command = { command: CommandId.openFileChange, title: 'Open Changes', arguments: [node] };
  return item;
}
