import * as vscode from 'vscode';
import { UserError } from '../base/userError';
import type { ApprovalAnswerer } from '../threads/answerApproval';
import { approvalInFull, decisionLabel } from '../threads/approvalText';
import type { ApprovalDecision, PendingApproval } from '../threads/thread';
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

/** Answers what a turn waits for. @throws UserError when somebody was faster, or codex offers other answers. */
export async function answerApproval(
  { answerer, threads }: ApprovalTargets,
  argument: ApprovalArgument | undefined,
  decision: ApprovalDecision,
): Promise<void> {
  const shown = argument ?? (await pickQuestion(threads, decision));
  if (shown?.approvalId === undefined) return;
  const answer = shown.decision ?? decision;
  const asked = threads.get(shown.id)?.pendingApproval;
  if (asked?.id === shown.approvalId && !asked.decisions.includes(answer)) throw notOffered(answer, [asked]);
  await answerer.answer(shown.id, shown.approvalId, answer);
}

function notOffered(decision: ApprovalDecision, questions: readonly PendingApproval[]): UserError {
  const offered = questions.flatMap(({ form, decisions }) => [
    ...(form === undefined ? [] : ['Answer…']),
    ...decisions.map(decisionLabel),
  ]);
  const list = new Intl.ListFormat('en', { type: 'disjunction' });
  const others = list.format(new Set(offered.map((label) => `“${label}”`)));
  return new UserError(`Codex does not offer “${decisionLabel(decision)}” here. Choose ${others}.`);
}

/** From the palette: nothing is approved that has not been read to its end. */
async function pickQuestion(
  threads: ThreadReader,
  decision: ApprovalDecision,
): Promise<ApprovalArgument | undefined> {
  const waiting = threads.active().flatMap(({ id, title, pendingApproval: asked }) => {
    if (asked === undefined) return [];
    return [
      { id, approvalId: asked.id, asked, title, label: plainText(title), detail: plainText(asked.summary) },
    ];
  });
  if (waiting.length === 0) {
    await messages.info('Nothing waits for an answer.');
    return undefined;
  }
  const picks = waiting.filter(({ asked }) => asked.decisions.includes(decision));
  if (picks.length === 0) {
    throw notOffered(
      decision,
      waiting.map(({ asked }) => asked),
    );
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
