import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { PendingQuestion, PendingQuestions } from '../threads/pendingQuestions';
import { singleLine } from '../threads/threadTitle';
import { messages, plainText } from '../vscode/messages';

/** The row or the notification of a question. */
export type QuestionArgument = { readonly id: string } | undefined;

/** Asks the person what a run asks, and hands the answer over. @throws UserError when it came too late. */
export async function answerQuestion(questions: PendingQuestions, argument: QuestionArgument): Promise<void> {
  const id = argument?.id ?? (await pickQuestion(questions.pending()));
  const question = questions.pending().find((each) => each.id === id);
  if (question === undefined) {
    await messages.info('No run asks anything just now.');
    return;
  }
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
async function pickQuestion(questions: readonly PendingQuestion[]): Promise<string | undefined> {
  if (questions.length < 2) return questions[0]?.id;
  const picks = questions.map(({ id, text, folder }) => ({
    id,
    label: plainText(singleLine(text)),
    description: folder === undefined ? '' : basename(folder),
  }));
  return (await vscode.window.showQuickPick(picks, { placeHolder: 'Which question?' }))?.id;
}
