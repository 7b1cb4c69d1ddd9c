import * as vscode from 'vscode';
import type { PlanStep } from '../threads/history/turn';
import type { PendingApproval } from '../threads/thread';
import { singleLine } from '../threads/threadTitle';
import { plainMarkdown } from './plainMarkdown';
import type { ApprovalNode, PlanNode } from './treeNodes';
import { openTranscript } from './turnItems';

const SIGNS: Readonly<Record<PlanStep['status'], string>> = {
  completed: '$(check)',
  inProgress: '$(arrow-right)',
  pending: '$(circle-outline)',
};

/** Where a turn is in its plan. */
export function planItem({ threadId, turnId }: PlanNode, plan: readonly PlanStep[]): vscode.TreeItem {
  const current = plan.find(({ status }) => status === 'inProgress');
  const done = plan.filter(({ status }) => status === 'completed').length;
  const item = new vscode.TreeItem(current === undefined ? 'Plan' : singleLine(current.step));
  const lines = plan.map(({ step, status }) => `${SIGNS[status]} ${plainMarkdown(singleLine(step))}`);
  item.id = `plan.${threadId}.${turnId}`;
  item.description = `${done} of ${plan.length}`;
  item.iconPath = new vscode.ThemeIcon('checklist');
  item.tooltip = new vscode.MarkdownString(lines.join('  \n'), true);
  item.contextValue = 'plan';
  item.accessibilityInformation = { label: `Plan, ${done} of ${plan.length} done` };
  item.command = openTranscript(threadId);
  return item;
}

/** What a turn waits for, in its place among the steps. */
export function approvalItem({ threadId, turnId }: ApprovalNode, asked: PendingApproval): vscode.TreeItem {
  const item = new vscode.TreeItem(asked.summary);
  item.id = `approval.${threadId}.${turnId}`;
  item.description = 'waiting for you';
  item.iconPath = new vscode.ThemeIcon(
    'bell-dot',
    new vscode.ThemeColor('notificationsWarningIcon.foreground'),
  );
  item.contextValue = 'approval';
  item.accessibilityInformation = { label: `Waiting for you: ${asked.summary}` };
  item.command = openTranscript(threadId);
  return item;
}
