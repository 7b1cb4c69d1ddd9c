import * as vscode from 'vscode';
import { duration } from '../base/duration';
import { deadlineText } from '../threads/approvalText';
import { statusText } from '../threads/thread';
import type { PendingApproval, Thread } from '../threads/thread';
import { cutAtWord, singleLine } from '../threads/threadTitle';
import { plainMarkdown } from './plainMarkdown';

/** How much of a prompt is shown, in characters. */
const MAX_PROMPT = 600;
/** And of what waits for leave: to be read to its end. */
const MAX_COMMAND = 20_000;

/** The rich tooltip. Everything of the thread stands in it as text, never as Markdown of its own. */
export function tooltip(thread: Thread, now: number): vscode.MarkdownString {
  const status = `**${plainMarkdown(statusText(thread.status))}**`;
  const reason = thread.reason === undefined ? '' : ` — ${plainMarkdown(thread.reason)}`;
  const prompt = plainMarkdown(cutAtWord(thread.prompt ?? thread.title, MAX_PROMPT));
  const asked = thread.pendingApproval === undefined ? [] : [askedPart(thread.pendingApproval)];
  const parts = [`${status}${reason}\n\n${prompt}`, ...asked, rows(facts(thread, now))];
  return new vscode.MarkdownString(parts.join('\n\n---\n\n'), true);
}

/** What the thread waits for, with all that one has to know to decide. */
function askedPart(asked: PendingApproval): string {
  const { summary, command, cwd, reason, files = [], form } = asked;
  const code = command === undefined ? [] : [codeBlock(command)];
  // Not twice, and a command in its own lines.
  const said = command === undefined ? '' : singleLine(command);
  const head = summary.endsWith(said) ? summary.slice(0, summary.length - said.length) : summary;
  const questions = form?.fields.map(({ label, text }) => text || label) ?? [];
  const details = rows([
    ['terminal', command === undefined ? undefined : cwd],
    ['comment', reason],
    ...files.map((file): Fact => ['file', file]),
    ...(questions.length < 2 ? [] : questions.map((question): Fact => ['question', question])),
    ['watch', deadlineText(asked)],
  ]);
  return [rows([['bell-dot', head]]), ...code, ...(details === '' ? [] : [details])].join('\n\n');
}

/** Nothing in it ends it or becomes an icon: an invisible character stands between the two signs that make one. */
function codeBlock(text: string): string {
  const shown = text.length <= MAX_COMMAND ? text : `${text.slice(0, MAX_COMMAND)}\n…`;
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${shown.replaceAll('$(', '$\u2060(')}\n${fence}`;
}

type Fact = [icon: string, value: string | undefined];

function rows(all: readonly Fact[]): string {
  return all
    .flatMap(([icon, value]) => (value === undefined ? [] : [`$(${icon}) ${plainMarkdown(value)}`]))
    .join('  \n');
}

function facts(thread: Thread, now: number): Fact[] {
  return [
    ['watch', timeFact(thread, now)],
    ['target', thread.goal === undefined ? undefined : `${thread.goal.objective} (${thread.goal.status})`],
    ['folder', thread.cwd],
    ['symbol-misc', thread.model],
    ['account', ownerFact(thread)],
    ['dashboard', tokensFact(thread.totalTokens)],
    ['key', `${thread.shortId} (${thread.id})`],
  ];
}

function timeFact(thread: Thread, now: number): string | undefined {
  if (thread.turnStartedAt !== undefined) {
    return `Turn began ${clock(thread.turnStartedAt)}, ${duration(now - thread.turnStartedAt)} ago`;
  }
  return thread.updatedAt === undefined ? undefined : `Last changed ${clock(thread.updatedAt)}`;
}

function tokensFact(tokens: number | undefined): string | undefined {
  return tokens === undefined ? undefined : `${tokens.toLocaleString()} tokens`;
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
