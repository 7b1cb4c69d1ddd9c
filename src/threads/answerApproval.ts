import { UserError } from '../base/userError';
import { writeDecision } from '../state/approvalFiles';
import { judgeOwner, readPidFile } from '../state/pidFiles';
import type { SharedState, ThreadOnDisk } from '../state/sharedState';
import { filedApprovalId, openRequest } from './filedApproval';
import type { FormValues } from './askedForm';
import type { LiveRuns } from './liveRuns';
import { preferredPlace } from './reconcile';
import type { ApprovalDecision } from './thread';

/** Answers what the run of a thread waits for, whoever runs it. */
export class ApprovalAnswerer {
  readonly #runs: LiveRuns;
  readonly #state: SharedState;

  constructor(runs: LiveRuns, state: SharedState) {
    this.#runs = runs;
    this.#state = state;
  }

  /**
   * Resolves when the answer is on its way; the command line takes one within a second. `approvalId`: that of
   * the thread's `pendingApproval`; `values`: what was filled in, where that has a form.
   * @throws UserError when nobody waits for it any more, or it could not be written.
   */
  async answer(
    threadId: string,
    approvalId: string,
    decision: ApprovalDecision,
    values?: FormValues,
  ): Promise<void> {
    const run = this.#runs.get(threadId);
    const isTaken =
      run === undefined
        ? await this.#answerForeign(threadId, approvalId, decision)
        : run.answerApproval(approvalId, decision, values);
    if (!isTaken) throw new UserError('That question has been answered or withdrawn meanwhile.');
  }

  async #answerForeign(threadId: string, approvalId: string, decision: ApprovalDecision): Promise<boolean> {
    const place = preferredPlace(this.#state.threadsOnDisk(threadId));
    const request = place === undefined ? undefined : openRequest(place);
    if (place === undefined || request === undefined || filedApprovalId(request) !== approvalId) return false;
    return (await isOwnerAlive(place)) && (await writeDecision(place.folder, request, decision));
  }
}

async function isOwnerAlive({ folder, shortId }: ThreadOnDisk): Promise<boolean> {
  return (await judgeOwner(await readPidFile(folder, shortId))).kind === 'alive';
}
