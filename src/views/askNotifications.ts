import { relative } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { approvalInFull, decisionLabel } from '../threads/approvalText';
import type { EventClaims } from '../threads/eventClaims';
import type { PendingQuestion, QuestionReader } from '../threads/pendingQuestions';
import type { PendingApproval, Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { cutAtWord } from '../threads/threadTitle';
import { CommandId } from '../vscode/contributions';
import { messages } from '../vscode/messages';
import { notifications } from '../vscode/settings';
import { isLookedAt } from './lookedAt';

/** What fits into a notification as a whole. */
const MAX_SHOWN = 300;
const SHOW = 'Show';
const SHOW_CHANGES = 'Show Changes';
const ANSWER = 'Answer…';

/**
 * Tells when a turn that the window shows wants an answer: one of its own, or one of the command line, which
 * has no window. Of another window's turns that window tells.
 */
export class AskNotifications implements vscode.Disposable {
  readonly #lifetime = new DisposableStore();
  readonly #questions: QuestionReader;
  readonly #claims: EventClaims;
  readonly #log: Log;
  #asked: ReadonlySet<string> = new Set();

  constructor(threads: ThreadReader, questions: QuestionReader, claims: EventClaims, log: Log) {
    this.#questions = questions;
    this.#claims = claims;
    this.#log = log;
    this.#lifetime.add(questions.onDidChange(() => this.#questionsChanged()));
    this.#lifetime.add(
      threads.onDidChange((changes) => {
        for (const { before, after } of changes) {
          const asked = after?.pendingApproval;
          if (after === undefined || asked === undefined || asked.id === before?.pendingApproval?.id)
            continue;
          if (after.owner !== 'anotherWindow') this.#tell(this.#approvalAsked(after, asked));
        }
      }),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #tell(notification: Promise<void>): void {
    notification.catch((error: unknown) => this.#log.error(`A notification failed: ${errorText(error)}`));
  }

  async #approvalAsked(thread: Thread, asked: PendingApproval): Promise<void> {
    // Whoever looks at the thread has the question in front of them.
    if (notifications() === 'off' || isLookedAt(thread.id)) return;
    if (!(await this.#claims.claim(`approval ${thread.id} ${asked.id}`))) return;
    await askForApproval(thread, asked);
  }

  #questionsChanged(): void {
    const before = this.#asked;
    const pending = this.#questions.pending();
    this.#asked = new Set(pending.map(({ id }) => id));
    for (const question of pending) if (!before.has(question.id)) this.#tell(this.#questionAsked(question));
  }

  async #questionAsked({ id, text }: PendingQuestion): Promise<void> {
    if (notifications() === 'off' || !(await this.#claims.claim(`question ${id}`))) return;
    const pick = await messages.warn(`Codex asks: ${cutAtWord(text, MAX_SHOWN)}`, ANSWER);
    if (pick === undefined) return;
    await vscode.commands.executeCommand(CommandId.answerQuestion, { id });
  }
}

async function askForApproval(thread: Thread, asked: PendingApproval): Promise<void> {
  const reason = asked.reason === undefined ? '' : ` Reason: ${asked.reason}`;
  const end = /[.?!…]$/.test(asked.summary) ? '' : '.';
  const question = `Codex (${thread.title})${placeOf(thread, asked)} ${asked.summary}${end}${reason}`;
  // A turn is stopped from its row, unless there is no other way to say no; here stand the answers.
  const mayDecline = asked.decisions.includes('decline');
  const decisions = asked.decisions.filter((decision) => decision !== 'cancel' || !mayDecline);
  const labels = [...(asked.form === undefined ? [] : [ANSWER]), ...decisions.map(decisionLabel)];
  const show = asked.edits === undefined ? SHOW : SHOW_CHANGES;
  // A line of a command may be the end of it, or a remark: one has to see where it ends.
  const isShort = question.length <= MAX_SHOWN && asked.command?.trim().includes('\n') !== true;
  const pick = isShort
    ? await messages.warn(question, ...labels, show)
    : await askInFull(thread, approvalInFull(asked), labels, show);
  if (pick === undefined) return; // closed without an answer: the row still asks
  const ways = {
    [SHOW]: CommandId.openTranscript,
    [SHOW_CHANGES]: CommandId.showRequestedChanges,
    [ANSWER]: CommandId.answerQuestion,
  };
  if (pick === SHOW || pick === SHOW_CHANGES || pick === ANSWER) {
    await vscode.commands.executeCommand(ways[pick], { id: thread.id, approvalId: asked.id });
    return;
  }
  const decision = decisions.find((each) => decisionLabel(each) === pick);
  if (decision === undefined) return; // which the command would take for a yes
  await vscode.commands.executeCommand(CommandId.approve, { id: thread.id, approvalId: asked.id, decision });
}

/** In front, where nothing that the model wrote can pass for it. */
function placeOf({ cwd: usual = '' }: Thread, { cwd = usual }: PendingApproval): string {
  return relative(usual, cwd) === '' ? '' : ` in ${cwd}`;
}

/** Nobody should approve what they could not read to its end. */
async function askInFull(
  thread: Thread,
  question: string,
  labels: string[],
  show: string,
): Promise<string | undefined> {
  const title = `Codex (${thread.title}) asks for your approval.`;
  const pick = await messages.warn(title, 'Read…', show);
  return pick === 'Read…' ? await messages.ask(title, question, ...labels) : pick;
}
