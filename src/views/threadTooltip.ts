import * as vscode from 'vscode';
import { statusText } from '../threads/thread';
import type { Thread } from '../threads/thread';
import { cutAtWord } from '../threads/threadTitle';
import { plainMarkdown } from './plainMarkdown';
import { duration } from './threadText';

/** How much of a prompt is shown, in characters. */
const MAX_PROMPT = 600;

/** The rich tooltip. Everything of the thread stands in it as text, never as Markdown of its own. */
export function tooltip(thread: Thread, now: number): vscode.MarkdownString {
  const status = `**${plainMarkdown(statusText(thread.status))}**`;
  const reason = thread.reason === undefined ? '' : ` — ${plainMarkdown(thread.reason)}`;
  const prompt = plainMarkdown(cutAtWord(thread.prompt ?? thread.title, MAX_PROMPT));
  const rows = facts(thread, now)
    .filter(([, value]) => value !== undefined)
    .map(([icon, value]) => `$(${icon}) ${plainMarkdown(value ?? '')}`);
  return new vscode.MarkdownString(`${status}${reason}\n\n${prompt}\n\n---\n\n${rows.join('  \n')}`, true);
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
