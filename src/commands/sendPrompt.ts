import { UserError } from '../base/userError';
import type { LiveRuns } from '../threads/liveRuns';
import { promptProblem } from '../threads/promptProblem';
import { isActive } from '../threads/thread';
import { requireTrust } from './requireTrust';
import { followUp } from './resumeThread';
import type { ResumeTargets } from './resumeThread';

/** What the box below a transcript needs. */
export interface SendTargets extends ResumeTargets {
  readonly runs: LiveRuns;
}

/**
 * Hands over what was typed below a transcript: to the turn that this window runs, else as a follow-up.
 * Resolves with undefined when it was taken, else with what to say at the box.
 * @throws UserError
 */
export async function sendPrompt(
  targets: SendTargets,
  threadId: string,
  text: string,
): Promise<string | undefined> {
  const problem = promptProblem(text);
  if (problem !== undefined) return problem;
  requireTrust();
  const run = targets.runs.get(threadId);
  if (run !== undefined) {
    await run.steer(text);
    return undefined;
  }
  const thread = targets.store.get(threadId);
  if (thread === undefined) throw new UserError('This thread is gone: somebody has deleted it.');
  if (isActive(thread)) {
    throw new UserError(
      `“${thread.title}” is running. Stop its turn, or wait for its end, to go on from here.`,
    );
  }
  return (await followUp(targets, thread, text)) ? undefined : 'Not sent: the thread is in use elsewhere.';
}
