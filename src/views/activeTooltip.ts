import * as vscode from 'vscode';
import { duration } from '../base/duration';
import type { PendingQuestion } from '../threads/pendingQuestions';
import type { Thread } from '../threads/thread';
import { titleOf } from '../threads/threadTitle';
import { CommandId } from '../vscode/contributions';
import { plainMarkdown } from './plainMarkdown';
import { stateText } from './threadText';

/** The tooltip of the status bar entry: a line a question and a line a turn, with links that do something about it. */
export function activeTooltip(
  threads: readonly Thread[],
  questions: readonly PendingQuestion[],
  now: number,
): vscode.MarkdownString {
  const lines = [
    ...questions.map((question) => questionLine(question, now)),
    ...threads.map((thread) => turnLine(thread, now)),
  ];
  const markdown = new vscode.MarkdownString(lines.join('  \n'));
  // Only these commands of our own may be called from here; everything else is text.
  markdown.isTrusted = {
    enabledCommands: [CommandId.openTranscript, CommandId.killThread, CommandId.answerQuestion],
  };
  return markdown;
}

function questionLine({ id, text, expiresAt }: PendingQuestion, now: number): string {
  const title = titleOf(text, 'Question without words');
  const parts = [title, 'asks you', `${duration(expiresAt - now)} left`];
  return `${textOf(parts)} — ${link('Answer', CommandId.answerQuestion, id)}`;
}

function turnLine(thread: Thread, now: number): string {
  const { id, title, status, turnStartedAt } = thread;
  const elapsed = turnStartedAt === undefined ? undefined : duration(now - turnStartedAt);
  const open = link('Open', CommandId.openTranscript, id);
  const kill = status === 'stopping' ? '' : ` · ${link('Kill', CommandId.killThread, id)}`;
  return `${textOf([title, elapsed, stateText(thread)])} — ${open}${kill}`;
}

function textOf(parts: readonly (string | undefined)[]): string {
  return plainMarkdown(parts.filter((part) => part !== undefined).join(' · '));
}

function link(title: string, command: CommandId, id: string): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([{ id }]))})`;
}
