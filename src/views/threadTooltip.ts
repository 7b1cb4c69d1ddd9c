import * as vscode from 'vscode';
import type { Thread } from '../threads/thread';
import { cutAtWord } from '../threads/threadTitle';
import { duration, statusText } from './threadText';

/** The rich tooltip. Everything of the thread stands in it as text, never as Markdown of its own. */
export function tooltip(thread: Thread, now: number): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.appendMarkdown(`**${statusText(thread)}**`);
  if (thread.reason !== undefined) markdown.appendMarkdown(' — ').appendText(thread.reason);
  markdown.appendMarkdown('\n\n').appendText(cutAtWord(thread.prompt ?? thread.title, 600));
  markdown.appendMarkdown('\n\n---\n\n');
  for (const [icon, value] of facts(thread, now)) {
    if (value === undefined) continue;
    markdown.appendMarkdown(`$(${icon}) `).appendText(value).appendMarkdown('  \n');
  }
  return markdown;
}

function facts(thread: Thread, now: number): [icon: string, value: string | undefined][] {
  return [
    ['bell-dot', thread.pendingApproval?.summary],
    ['watch', timeFact(thread, now)],
    ['folder', thread.cwd],
    ['symbol-misc', thread.model],
    ['account', ownerFact(thread)],
    ['key', `${thread.shortId} (${thread.id})`],
  ];
}

function timeFact(thread: Thread, now: number): string | undefined {
  if (thread.turnStartedAt !== undefined) {
    return `Turn began ${clock(thread.turnStartedAt)}, ${duration(now - thread.turnStartedAt)} ago`;
  }
  return thread.updatedAt === undefined ? undefined : `Last changed ${clock(thread.updatedAt)}`;
}

function ownerFact(thread: Thread): string | undefined {
  const process = thread.ownerPid === undefined ? '' : `, process ${thread.ownerPid}`;
  switch (thread.owner) {
    case 'thisWindow':
      return `Runs in this window${process}`;
    case 'anotherWindow':
      return `Runs in another window${process}`;
    case 'cli':
      return `Run by the codex-collab command line${process}`;
    case 'nobody':
      return undefined;
  }
}

function clock(time: number): string {
  return new Date(time).toLocaleString();
}
