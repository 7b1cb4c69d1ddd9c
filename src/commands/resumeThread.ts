import * as vscode from 'vscode';
import { UserError } from '../base/userError';
import type { ThreadKiller } from '../threads/killThread';
import { isActive } from '../threads/thread';
import type { Thread } from '../threads/thread';
import type { PreparedThread } from '../threads/preparedThread';
import type { ThreadHolders } from '../threads/threadHolder';
import { ThreadInUse } from '../threads/threadInUse';
import type { ThreadStore } from '../threads/threadStore';
import type { ThreadResumer } from '../threads/resumeThread';
import { CommandId } from '../vscode/contributions';
import type { ErrorReporter } from '../vscode/errorReporting';
import { CONTINUE_PROMPT } from './offerResume';
import { askForPrompt } from './promptInput';
import { pickThread } from './pickThread';
import type { ThreadArgument } from './pickThread';
import { requireTrust } from './requireTrust';
import { AGAIN, tellInUse } from './tellInUse';
import { messages } from '../vscode/messages';

export interface ResumeTargets {
  readonly store: ThreadStore;
  readonly resumer: ThreadResumer;
  readonly killer: ThreadKiller;
  readonly holders: ThreadHolders;
  readonly reveal: (threadId: string) => Promise<void>;
  readonly errors: ErrorReporter;
}

/** `atOnce`: goes on where the thread stopped, without asking for a prompt, if it still stands there. */
export type ResumeArgument = (ThreadArgument & { readonly atOnce?: boolean }) | undefined;

/** *Codex: Resume*: a follow-up prompt on a thread that is not running. */
export async function resumeThread(targets: ResumeTargets, argument: ResumeArgument): Promise<void> {
  requireTrust();
  const { store } = targets;
  const idle = [...store.all()].filter((thread) => !isActive(thread));
  const id = argument?.id ?? (await pickThread(idle, 'Resume which thread?'));
  const thread = id === undefined ? undefined : store.get(id);
  if (thread === undefined) return;
  if (isActive(thread) && !(await endFirst(targets, thread))) return;
  const isStopped = thread.status === 'failed' || thread.status === 'interrupted';
  if (argument?.atOnce === true && isStopped) await followUp(targets, thread, CONTINUE_PROMPT);
  else await resume(targets, thread, CONTINUE_PROMPT);
}

/** Asks, and goes on with it; when somebody has the thread open, says who, and offers to try again. */
async function resume(targets: ResumeTargets, thread: Thread, value: string): Promise<void> {
  const { resumer, errors } = targets;
  const title = `Codex: Resume “${thread.title}”`;
  const prepared = await resumer.prepare(thread);
  const submit = (prompt: string): Promise<boolean> => start(targets, thread, prepared, prompt);
  const texts = { title, placeholder: 'What should Codex do next?', value };
  const end = await askForPrompt(texts, prepared, submit, (error) => void errors.report(error));
  prepared.dispose();
  if (end.kind === 'settingsChanged') await resume(targets, thread, end.value);
}

/** Goes on with a thread at rest. True when its turn has begun; false when the thread is in use elsewhere. */
export async function followUp(targets: ResumeTargets, thread: Thread, prompt: string): Promise<boolean> {
  requireTrust();
  const prepared = await targets.resumer.prepare(thread);
  try {
    return await start(targets, thread, prepared, prompt);
  } finally {
    prepared.dispose();
  }
}

async function start(
  { resumer, holders, reveal }: ResumeTargets,
  thread: Thread,
  prepared: PreparedThread,
  prompt: string,
): Promise<boolean> {
  const run = await whileInUse(thread, holders, () => resumer.start(prepared, prompt));
  if (run !== undefined) await reveal(run.threadId);
  return run !== undefined;
}

/** Tries until the thread is free, or the person has had enough: then undefined. */
async function whileInUse<T>(
  thread: Thread,
  holders: ThreadHolders,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ThreadInUse)) throw error;
      const choice = await tellInUse(
        holders,
        thread.id,
        (holder) => `Thread ${thread.shortId} is in use ${holder}.`,
      );
      if (choice !== AGAIN) return undefined;
    }
  }
}

/** True when the turn that runs was ended, on the person's word. */
async function endFirst({ killer }: ResumeTargets, thread: Thread): Promise<boolean> {
  const pick = await messages.warn(
    `“${thread.title}” is running. Kill its turn first, or look at what it does.`,
    'Kill and Resume',
    'Open',
  );
  if (pick === 'Open') await vscode.commands.executeCommand(CommandId.openTranscript, { id: thread.id });
  if (pick !== 'Kill and Resume') return false;
  if ((await killer.kill(thread.id)) !== 'unanswered') return true;
  throw new UserError(`“${thread.title}” has not answered the kill, and still runs.`);
}
