import * as vscode from 'vscode';
import type { ApprovalDecision } from '../threads/approvalDesk';
import type { LiveRuns } from '../threads/liveRuns';
import type { ThreadReader } from '../threads/threadStore';
import { messages, plainText } from '../vscode/messages';

/** The question that a row or a notification has shown. */
export interface ApprovalArgument {
  readonly id: string;
  readonly approvalId?: string | undefined;
}

/** Answers what a run of this window asks; says so when somebody was faster. */
export async function answerApproval(
  runs: LiveRuns,
  threads: ThreadReader,
  argument: ApprovalArgument | undefined,
  decision: ApprovalDecision,
): Promise<void> {
  const shown = argument ?? (await pickQuestion(threads));
  if (shown?.approvalId === undefined) return;
  if (runs.get(shown.id)?.answerApproval(shown.approvalId, decision) === true) return;
  await messages.info('Codex no longer waits for that answer.');
}

/** From the palette: nothing is approved that has not been read. */
async function pickQuestion(threads: ThreadReader): Promise<ApprovalArgument | undefined> {
  const picks = threads.active().flatMap(({ id, title, pendingApproval: asked }) => {
    if (asked === undefined) return [];
    const detail = plainText(
      asked.reason === undefined ? asked.summary : `${asked.summary} (${asked.reason})`,
    );
    return [{ id, approvalId: asked.id, label: plainText(title), detail }];
  });
  return await vscode.window.showQuickPick(picks, { placeHolder: 'Which question?', matchOnDetail: true });
}
