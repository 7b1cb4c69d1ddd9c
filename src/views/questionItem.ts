import { basename } from 'node:path';
import * as vscode from 'vscode';
import { duration } from '../base/duration';
import type { PendingQuestion } from '../threads/pendingQuestions';
import { singleLine, titleOf } from '../threads/threadTitle';
import { CommandId } from '../vscode/contributions';
import { plainMarkdown } from './plainMarkdown';
import type { QuestionNode } from './treeNodes';

/** The row of a question that a run asks with `codex-collab ask`. */
export function questionItem(node: QuestionNode, question: PendingQuestion, now: number): vscode.TreeItem {
  const title = titleOf(question.text, 'Question without words');
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.None);
  const folder = question.folder === undefined ? [] : [singleLine(basename(question.folder))];
  item.id = `question.${node.id}`;
  item.description = ['asks you', `${duration(question.expiresAt - now)} left`, ...folder].join(' · ');
  item.iconPath = new vscode.ThemeIcon(
    'question',
    new vscode.ThemeColor('notificationsWarningIcon.foreground'),
  );
  item.contextValue = 'question';
  item.accessibilityInformation = { label: ['Codex asks you', title, ...folder].join(', ') };
  item.command = { command: CommandId.answerQuestion, title: 'Answer…', arguments: [node] };
  return item;
}

export function questionTooltip({ text, folder, expiresAt }: PendingQuestion): vscode.MarkdownString {
  const deadline = `Codex goes on without an answer at ${new Date(expiresAt).toLocaleTimeString()}.`;
  const place = folder === undefined ? [] : [`$(folder) ${plainMarkdown(folder)}`];
  const parts = [plainMarkdown(text), '---', [`$(watch) ${deadline}`, ...place].join('  \n')];
  return new vscode.MarkdownString(parts.join('\n\n'), true);
}
