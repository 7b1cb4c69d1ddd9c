import { APPROVAL_DECISIONS } from '../state/approvalRequest';
import type { FiledApproval, ThreadOnDisk } from '../state/sharedState';
import { commandSummary, fileChangeSummary, shownCommand } from './approvalText';
import type { PendingApproval } from './thread';
import { singleLine } from './threadTitle';

/** How much older (ms) than the start of a run its first request may seem. */
const CLOCK_SLACK_MS = 100;

/**
 * What the run of a thread waits for, by its files: the oldest request that is still open. Requests stay behind
 * when their run is killed, so that only those count that the run which is alive now has made.
 */
export function openRequest(place: ThreadOnDisk): FiledApproval | undefined {
  const { entry, owner, latestRun, approvals } = place;
  const isAlive = owner?.kind === 'alive' && owner.pid !== undefined;
  if (approvals.length === 0 || entry.lastStatus !== 'running' || !isAlive) return undefined;
  const run = latestRun?.status === 'running' ? latestRun : undefined;
  const startedAt = Date.parse(run?.startedAt ?? entry.updatedAt ?? '');
  const named = run?.pendingApproval?.id;
  return approvals.find(({ id, isAnswered, requestedAt }) => {
    const isOfEarlierRun = requestedAt < startedAt - CLOCK_SLACK_MS;
    return !isAnswered && !isOfEarlierRun && (named === undefined || named === id);
  });
}

/** A request file as a question for a person. */
export function filedApproval(request: FiledApproval): PendingApproval {
  const { type, command, cwd, grantRoot, reason, requestedAt, note } = request;
  const files = note?.files ?? [];
  const common = {
    id: filedApprovalId(request),
    reason: reason === undefined ? undefined : singleLine(reason),
    decisions: note?.decisions ?? APPROVAL_DECISIONS,
    requestedAt,
  };
  if (type === 'fileChange') {
    const summary = fileChangeSummary(files, grantRoot);
    return { ...common, kind: 'fileChange', summary, files: files.map(singleLine) };
  }
  return {
    ...{ ...common, kind: 'command', summary: commandSummary(command) },
    command: command === undefined ? undefined : shownCommand(command),
    cwd: cwd === undefined ? undefined : singleLine(cwd),
  };
}

/** The CLI uses the name of a file again when codex asks twice about one item: an answer is for one of them. */
export function filedApprovalId({ id, requestedAt }: FiledApproval): string {
  return `${id}@${requestedAt}`;
}
