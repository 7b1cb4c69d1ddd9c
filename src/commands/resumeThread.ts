import * as vscode from 'vscode';
import { UserError } from '../base/userError';
import type { ThreadKiller } from '../threads/killThread';
import { isActive } from '../threads/thread';
import type { Thread } from '../threads/thread';
import type { ThreadHolder, ThreadHolders } from '../threads/threadHolder';
import { ThreadInUse } from '../threads/threadInUse';
import type { ThreadStore } from '../threads/threadStore';
import type { ThreadResumer } from '../threads/resumeThread';
import { CommandId } from '../vscode/contributions';
import { askForPrompt } from './promptInput';
import { pickThread } from './pickThread';
import type { ThreadArgument } from './pickThread';
import { requireTrust } from './requireTrust';

export interface ResumeTargets {
  readonly store: ThreadStore;
  readonly resumer: ThreadResumer;
  readonly killer: ThreadKiller;
  readonly holders: ThreadHolders;
  readonly reveal: (threadId: string) => Promise<void>;
}

/** *Codex: Resume*: a follow-up prompt on a thread that is not running. */
export async function resumeThread(targets: ResumeTargets, argument: ThreadArgument): Promise<void> {
  requireTrust();
  const { store } = targets;
  const idle = [...store.all()].filter((thread) => !isActive(thread));
  const id = argument?.id ?? (await pickThread(idle, 'Resume which thread?'));
  const thread = id === undefined ? undefined : store.get(id);
  if (thread === undefined) return;
  if (isActive(thread) && !(await endFirst(targets, thread))) return;
  await resume(targets, thread, 'Continue where you stopped.');
}

/** Asks, and goes on with it; when somebody has the thread open, says who, and offers to try again. */
async function resume(targets: ResumeTargets, thread: Thread, value: string): Promise<void> {
  const { resumer, holders, reveal } = targets;
  const prepared = await resumer.prepare(thread);
  let prompt: string | undefined;
  try {
    const texts = {
      title: `Codex: Resume “${thread.title}”`,
      placeholder: 'What should Codex do next?',
      value,
    };
    prompt = await askForPrompt(texts, prepared, await resumer.options(thread));
    if (prompt === undefined) return;
    const run = await resumer.start(prepared, prompt);
    await reveal(run.threadId);
  } catch (error) {
    if (!(error instanceof ThreadInUse)) throw error;
    const isFree = await offerWhenInUse(thread, await holders.find(thread.id), holders);
    if (isFree) await resume(targets, thread, prompt ?? value);
  } finally {
    prepared.dispose();
  }
}

/** True when the turn that runs was ended, on the person's word. */
async function endFirst({ killer }: ResumeTargets, thread: Thread): Promise<boolean> {
  const pick = await vscode.window.showWarningMessage(
    `“${thread.title}” is running. Kill its turn first, or look at what it does.`,
    'Kill and Resume',
    'Open Output',
  );
  if (pick === 'Open Output') await vscode.commands.executeCommand(CommandId.openOutput, { id: thread.id });
  if (pick !== 'Kill and Resume') return false;
  if ((await killer.kill(thread.id)) !== 'unanswered') return true;
  throw new UserError(`“${thread.title}” has not answered the kill, and still runs.`);
}

/** True when it is worth another try. */
async function offerWhenInUse(
  thread: Thread,
  holder: ThreadHolder,
  holders: ThreadHolders,
): Promise<boolean> {
  const message = `Thread ${thread.shortId} is in use ${whoHas(holder)}.`;
  const buttons = holder.kind === 'broker' ? ['Try Again', 'Ask It to Let Go'] : ['Try Again'];
  const pick = await vscode.window.showWarningMessage(message, ...buttons);
  if (pick === 'Try Again') return true;
  if (pick !== 'Ask It to Let Go' || holder.kind !== 'broker') return false;
  if ((await holders.release(holder.broker)) === 'released') return true;
  throw new UserError(
    'The command line is running a turn in that folder just now. Try again when it is done.',
  );
}

function whoHas(holder: ThreadHolder): string {
  switch (holder.kind) {
    case 'broker':
      return `by the codex-collab command line (broker, process ${holder.broker.pid}), which keeps it for up to 30 minutes after its last run`;
    case 'running': {
      const process = holder.pid === undefined ? '' : ` (process ${holder.pid})`;
      if (holder.owner === 'cli') return `by a run of the codex-collab command line${process}`;
      return `by ${holder.owner === 'thisWindow' ? 'this' : 'another'} window${process}`;
    }
    case 'unknown':
      return 'by another program, perhaps the Codex app or a terminal';
  }
}
