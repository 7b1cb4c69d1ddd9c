import * as vscode from 'vscode';
import type { ApprovalAnswerer } from '../threads/answerApproval';
import { approvalInFull, decisionLabel } from '../threads/approvalText';
import type { ApprovalDecision } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { messages, plainText } from '../vscode/messages';

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
  const shown = argument ?? (await pickQuestion(threads, decision));
  if (shown?.approvalId === undefined) return;
  await answerer.answer(shown.id, shown.approvalId, shown.decision ?? decision);
}

/** From the palette: nothing is approved that has not been read to its end. */
async function pickQuestion(
  threads: ThreadReader,
  decision: ApprovalDecision,
): Promise<ApprovalArgument | undefined> {
  const picks = threads.active().flatMap(({ id, title, pendingApproval: asked }) => {
    if (asked?.decisions.includes(decision) !== true) return [];
    return [
      { id, approvalId: asked.id, asked, title, label: plainText(title), detail: plainText(asked.summary) },
    ];
  });
  if (picks.length === 0) {
    await messages.info(`Nothing waits that could be answered with “${decisionLabel(decision)}”.`);
    return undefined;
  }
  const pick = await vscode.window.showQuickPick(picks, {
    placeHolder: 'Which question?',
    matchOnDetail: true,
  });
  if (pick === undefined || decision === 'decline' || decision === 'cancel') return pick;
  const question = `Codex (${pick.title}) asks for your approval.`;
  const answer = await messages.ask(question, approvalInFull(pick.asked), decisionLabel(decision));
  return answer === undefined ? undefined : pick;
}
