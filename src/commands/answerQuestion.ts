import * as vscode from 'vscode';
import type { PendingQuestion, PendingQuestions } from '../threads/pendingQuestions';
import { messages, plainText } from '../vscode/messages';
import type { ApprovalTargets } from './answerApproval';
import { answerForm } from './answerForm';
import { questionEntry } from './questionEntry';

/** The row or the notification of a question, or of a thread whose turn asks the one that is named. */
export type QuestionArgument = { readonly id: string; readonly approvalId?: string | undefined } | undefined;

/** What asking the person needs. */
export interface QuestionTargets extends ApprovalTargets {
  /** Those of `codex-collab ask`. */
  readonly questions: PendingQuestions;
}

/** Asks the person what a run asks, and hands the answer over. @throws UserError when it came too late. */
export async function answerQuestion(targets: QuestionTargets, argument: QuestionArgument): Promise<void> {
  const asked = argument ?? (await pickQuestion(targets));
  if (asked?.approvalId !== undefined) {
    await answerForm(targets, { id: asked.id, approvalId: asked.approvalId });
    return;
  }
  const question = targets.questions.pending().find(({ id }) => id === asked?.id);
  if (question !== undefined) await answerMailed(targets.questions, question);
  else if (asked !== undefined || picksOf(targets).length === 0)
    await messages.info('No run asks anything just now.');
}

async function answerMailed(questions: PendingQuestions, question: PendingQuestion): Promise<void> {
  const deadline = new Date(question.expiresAt).toLocaleTimeString();
  const answer = await vscode.window.showInputBox({
    title: 'Answer Codex',
    prompt: plainText(`${question.text.trim()}\n\nCodex goes on without an answer at ${deadline}.`),
    placeHolder: 'Your answer',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'Say something, or press Escape to leave.' : undefined),
  });
  if (answer !== undefined) await questions.answer(question.id, answer);
}

/** Undefined when there is none or the person leaves; the only one needs no choice. */
async function pickQuestion(targets: QuestionTargets): Promise<QuestionArgument> {
  const picks = picksOf(targets);
  if (picks.length < 2) return picks[0];
  return await vscode.window.showQuickPick(picks, { placeHolder: 'Which question?' });
}

function picksOf({ questions, threads }: QuestionTargets) {
  const mailed = questions.pending().map((question) => ({
    ...{ id: question.id, approvalId: undefined },
    ...questionEntry(question),
  }));
  const asked = threads.active().flatMap(({ id, title, pendingApproval }) => {
    if (pendingApproval?.form === undefined) return [];
    const { id: approvalId, summary } = pendingApproval;
    return [{ id, label: plainText(title), description: plainText(summary), approvalId }];
  });
  return [...asked, ...mailed];
}
