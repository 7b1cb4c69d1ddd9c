import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { LiveRuns } from '../threads/liveRuns';
import type { ThreadStore } from '../threads/threadStore';
import type { PendingApproval, Thread } from '../threads/thread';
import { titleOf } from '../threads/threadTitle';
import type { TurnRun } from '../threads/turnRun';
import { CommandId } from '../vscode/contributions';
import { threadOfOutput } from './outputDocuments';
import { duration } from './threadText';
import { messages } from '../vscode/messages';

/** Tells when a run of this window has ended or wants an answer. */
export class TurnNotifications implements vscode.Disposable {
  readonly #lifetime = new DisposableStore();
  readonly #log: Log;

  constructor(store: ThreadStore, runs: LiveRuns, log: Log) {
    this.#log = log;
    this.#lifetime.add(runs.onDidEnd((run) => this.#tell(this.#runEnded(run))));
    this.#lifetime.add(
      store.onDidChange((changes) => {
        for (const { before, after } of changes) {
          const asked = after?.pendingApproval;
          if (after !== undefined && asked !== undefined && asked.id !== before?.pendingApproval?.id) {
            this.#tell(askForApproval(after, asked));
          }
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

  async #runEnded(run: TurnRun): Promise<void> {
    const { outcome } = run;
    // A kill was somebody's own doing, and what one looks at needs no telling.
    if (outcome === undefined || outcome.status === 'interrupted' || isLookedAt(run.threadId)) return;
    const title = titleOf(run.prompt, run.shortId);
    const pick =
      outcome.status === 'completed'
        ? await messages.info(`Codex finished: ${title} (${facts(run)}).`, 'Open Output')
        : await messages.error(
            `Codex could not finish “${title}”: ${sentence(outcome.reason ?? 'no reason was given')}`,
            'Open Output',
          );
    if (pick !== undefined) await vscode.commands.executeCommand(CommandId.openOutput, { id: run.threadId });
  }
}

function facts({ outcome }: TurnRun): string {
  const time = duration(outcome?.durationMs ?? 0);
  const files = outcome?.filesChanged ?? 0;
  if (files === 0) return time;
  return `${time}, ${files === 1 ? '1 file' : `${files} files`}`;
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}

function isLookedAt(threadId: string): boolean {
  const active = vscode.window.activeTextEditor?.document.uri;
  return vscode.window.state.focused && threadOfOutput(active) === threadId;
}

/** What fits into a notification as a whole. */
const MAX_SHOWN = 300;

async function askForApproval(thread: Thread, asked: PendingApproval): Promise<void> {
  const reason = asked.reason === undefined ? '' : ` Reason: ${asked.reason}`;
  const question = `Codex (${thread.title}) ${asked.summary}.${reason}`;
  const pick =
    question.length <= MAX_SHOWN
      ? await messages.warn(question, 'Approve', 'Decline')
      : await askInFull(thread, question);
  if (pick === undefined) return; // closed without an answer: the row still asks
  const command = pick === 'Approve' ? CommandId.approve : CommandId.decline;
  await vscode.commands.executeCommand(command, { id: thread.id, approvalId: asked.id });
}

/** Nobody should approve what they could not read to its end. */
async function askInFull(thread: Thread, question: string): Promise<string | undefined> {
  const title = `Codex (${thread.title}) asks for your approval.`;
  if ((await messages.warn(title, 'Read…')) === undefined) return undefined;
  return await messages.ask(title, question, 'Approve', 'Decline');
}
