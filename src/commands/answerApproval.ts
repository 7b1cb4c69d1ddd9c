import * as vscode from 'vscode';
import type { ApprovalDecision } from '../threads/approvalDesk';
import type { LiveRuns } from '../threads/liveRuns';

/** A row that waits for an answer, or a notification that knows which question it asked. */
export interface ApprovalArgument {
  readonly id: string;
  readonly approvalId?: string;
}

/** Answers what a run of this window asks; says so when somebody was faster. */
export async function answerApproval(
  runs: LiveRuns,
  argument: ApprovalArgument | undefined,
  decision: ApprovalDecision,
): Promise<void> {
  const run = argument === undefined ? firstThatWaits(runs) : runs.get(argument.id);
  const approvalId = argument?.approvalId ?? run?.pendingApproval?.id;
  if (run !== undefined && approvalId !== undefined && run.answerApproval(approvalId, decision)) return;
  await vscode.window.showInformationMessage('Codex no longer waits for that answer.');
}

function firstThatWaits(runs: LiveRuns): ReturnType<LiveRuns['get']> {
  return [...runs.all()].find((run) => run.pendingApproval !== undefined);
}
