import * as vscode from 'vscode';
import type { ApprovalAnswerer } from '../threads/answerApproval';
import type { ApprovalDecision } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { plainText } from '../vscode/messages';

/** The question that a row or a notification has shown. */
export interface ApprovalArgument {
  readonly id: string;
  readonly approvalId?: string | undefined;
  /** What a notification's button says, where it is not the command itself. */
  readonly decision?: ApprovalDecision | undefined;
}

/** What answering needs. */
export interface ApprovalTargets {
  readonly answerer: ApprovalAnswerer;
  readonly threads: ThreadReader;
}

/** Answers what a turn waits for. @throws UserError when somebody was faster. */
export async function answerApproval(
  { answerer, threads }: ApprovalTargets,
  argument: ApprovalArgument | undefined,
  decision: ApprovalDecision,
): Promise<void> {
  const shown = argument ?? (await pickQuestion(threads));
  if (shown?.approvalId === undefined) return;
  await answerer.answer(shown.id, shown.approvalId, shown.decision ?? decision);
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
