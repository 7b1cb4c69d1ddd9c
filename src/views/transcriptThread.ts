import { basename } from 'node:path';
import { decisionLabel, deadlineText } from '../threads/approvalText';
import type { AskedForm } from '../threads/askedForm';
import type { ThreadGoal } from '../threads/history/threadGoal';
import type { TokenUsage } from '../threads/history/turn';
import { limitsOf } from '../threads/runOptions';
import type { RunOptions } from '../threads/runOptions';
import { singleLine } from '../threads/threadTitle';
import { isActive, statusText } from '../threads/thread';
import type { PendingApproval, Thread } from '../threads/thread';
import type { TranscriptApproval, TranscriptQuestion, TranscriptThread } from '../transcript/messages';
import { ownerText } from './threadText';

/** What is shown around a conversation besides the thread itself. */
export interface TranscriptSurroundings {
  readonly isTrusted: boolean;
  readonly tokenUsage: TokenUsage | undefined;
  readonly goal: ThreadGoal | undefined;
  /** Of the turn that this window runs. */
  readonly options: RunOptions | undefined;
}

/** A thread as its transcript shows it. */
export function transcriptThread(thread: Thread, around: TranscriptSurroundings): TranscriptThread {
  const { pendingApproval: asked } = thread;
  return {
    id: thread.id,
    title: thread.title,
    status: thread.status,
    statusText: statusText(thread.status),
    reason: thread.reason,
    owner: ownerText(thread.owner),
    details: detailsOf(thread, around.options),
    cwd: thread.cwd,
    prompt: promptOf(thread, around.isTrusted),
    canStop: thread.status === 'running' || thread.status === 'needsYou',
    turnStartedAt: thread.turnStartedAt,
    tokenUsage: around.tokenUsage,
    goal: goalText(around.goal),
    approval: asked === undefined ? undefined : approvalOf(asked, thread.cwd),
  };
}

/** A thread that is in no list any more: what was read of it stays. `last`: as it was shown before. */
export function goneThread(last: Pick<TranscriptThread, 'id' | 'title' | 'details'>): TranscriptThread {
  const reason = 'This thread is no longer in the list: somebody has deleted it.';
  return {
    ...{ id: last.id, title: last.title, details: last.details },
    ...{ status: 'gone', statusText: 'Deleted', reason, owner: undefined },
    prompt: { mode: 'none', reason },
    ...{ canStop: false, turnStartedAt: undefined, tokenUsage: undefined, goal: undefined },
    approval: undefined,
  };
}

/** "api · gpt-6 · workspace-write · never asks · a1b2c3d4" */
function detailsOf({ cwd, model, shortId }: Thread, options: RunOptions | undefined): string {
  const folder = cwd === undefined ? undefined : basename(cwd);
  const limits = options === undefined ? [] : limitsOf(options);
  return [folder, model, ...limits, shortId].filter((part) => part !== undefined && part !== '').join(' · ');
}

function promptOf(thread: Thread, isTrusted: boolean): TranscriptThread['prompt'] {
  const none = (reason: string): TranscriptThread['prompt'] => ({ mode: 'none', reason });
  if (isActive(thread)) {
    if (thread.owner === 'thisWindow') {
      return thread.status === 'stopping' ? none('The turn is being stopped.') : { mode: 'steer' };
    }
    const owner = thread.owner === 'anotherWindow' ? 'Another window' : 'codex-collab';
    return none(`${owner} runs this turn. Stop it, or wait for its end, to go on from here.`);
  }
  if (!isTrusted) return none('This folder is not trusted, so Codex runs nothing in it.');
  if (thread.cwd === undefined) {
    return none('Nobody has noted in which folder this thread works, so it cannot be resumed here.');
  }
  return { mode: 'resume' };
}

/** Undefined where there is nothing left to reach. */
function goalText(goal: ThreadGoal | undefined): string | undefined {
  if (goal === undefined || goal.status === 'complete' || goal.status === 'cleared') return undefined;
  return goal.status === 'active' ? goal.objective : `${goal.objective} (${goal.status})`;
}

function approvalOf(asked: PendingApproval, cwd: string | undefined): TranscriptApproval {
  const { edits, form } = asked;
  const answer =
    form === undefined ? [] : [{ decision: 'answer', label: form.url === undefined ? 'Answer…' : 'Open…' }];
  return {
    id: asked.id,
    summary: asked.summary,
    reason: asked.reason,
    command: asked.command,
    // Neither a file nor a question is anywhere else than it says.
    cwd: edits === undefined && form === undefined ? (asked.cwd ?? cwd) : undefined,
    files: asked.files ?? [],
    ...(edits === undefined ? {} : { diffs: edits }),
    ...(form === undefined
      ? {}
      : { questions: questionsOf(asked.summary, form), deadline: deadlineText(asked) }),
    choices: [
      ...answer,
      ...asked.decisions.map((decision) => ({ decision, label: decisionLabel(decision) })),
    ],
  };
}

/** Without what the heading says already. */
function questionsOf(summary: string, { fields }: AskedForm): TranscriptQuestion[] {
  return fields.flatMap(({ label, text, input }) => {
    const choices = input.kind === 'choice' || input.kind === 'choices' ? input.options : [];
    const options = choices.map((option) => ({ label: option.label, description: option.description }));
    if (text === '' || !summary.endsWith(singleLine(text))) return [{ label, text, options }];
    const rest = text.includes('\n') ? text : '';
    return rest === '' && options.length === 0 ? [] : [{ label: '', text: rest, options }];
  });
}
