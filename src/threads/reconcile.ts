import { isSignalFor } from '../state/killSignals';
import type { ThreadOnDisk } from '../state/sharedState';
import { filedApproval, openRequest } from './filedApproval';
import type { PastRun } from './liveRuns';
import type { KnownThread } from './promptLookup';
import type { PendingApproval, Thread, ThreadOwner, ThreadStatus } from './thread';
import { singleLine, titleOf } from './threadTitle';
import type { TurnRun } from './turnRun';

/** What the two roads know of one thread. */
export interface ThreadSources {
  /** Every place of the shared folder it is found in. */
  readonly onDisk: readonly ThreadOnDisk[];
  /** The run of ours that is under way. */
  readonly live: TurnRun | undefined;
  /** How the last run of ours ended. */
  readonly past: PastRun | undefined;
  /** What codex told of it where nobody noted its prompt. */
  readonly known?: KnownThread | undefined;
}

/**
 * Decides what is true of a thread: a live run of ours beats the file, the file beats memory for everybody
 * else's runs, a dead owner means interrupted. Undefined when nobody knows the thread any more.
 */
export function reconcile(id: string, { onDisk, live, past, known }: ThreadSources): Thread | undefined {
  const disk = preferredPlace(onDisk);
  const workspaceKeys = onDisk.flatMap(({ folder }) => (folder.key === '' ? [] : [folder.key]));
  if (live !== undefined) return fromLiveRun(live, disk, known, workspaceKeys);
  return disk === undefined ? undefined : fromDisk(id, disk, { past, known }, workspaceKeys);
}

/** Of several places the one with a live owner, then the one that was written last. */
export function preferredPlace(onDisk: readonly ThreadOnDisk[]): ThreadOnDisk | undefined {
  if (onDisk.length < 2) return onDisk[0];
  return onDisk.reduce<ThreadOnDisk | undefined>((best, candidate) => {
    if (best === undefined) return candidate;
    const isLivelier = Number(isRunning(candidate)) - Number(isRunning(best));
    if (isLivelier !== 0) return isLivelier > 0 ? candidate : best;
    return (timeOf(candidate.entry.updatedAt) ?? 0) > (timeOf(best.entry.updatedAt) ?? 0) ? candidate : best;
  }, undefined);
}

function isRunning({ entry, owner }: ThreadOnDisk): boolean {
  return entry.lastStatus === 'running' && owner?.kind !== 'dead';
}

type WorkspaceKeys = Thread['workspaceKeys'];

function fromLiveRun(
  run: TurnRun,
  disk: ThreadOnDisk | undefined,
  known: KnownThread | undefined,
  workspaceKeys: WorkspaceKeys,
): Thread {
  const name = disk?.entry.name ?? known?.name;
  return {
    id: run.threadId,
    shortId: run.shortId,
    title: titleOf(name ?? run.prompt, run.shortId),
    name,
    prompt: run.prompt,
    status: liveStatus(run),
    reason: undefined,
    owner: 'thisWindow',
    ownerPid: run.pid,
    cwd: run.cwd,
    workspaceKeys,
    model: run.model,
    createdAt: timeOf(disk?.entry.createdAt) ?? run.startedAt,
    updatedAt: run.startedAt,
    turnStartedAt: run.startedAt,
    pendingApproval: run.pendingApproval,
    goal: liveGoal(run, disk),
    totalTokens: run.turn.tokenUsage?.totalTokens,
    changes: undefined, // not before it is over: its turn's own row counts them as they come
    logPaths: run.logPaths,
  };
}

function liveStatus(run: TurnRun): ThreadStatus {
  if (run.phase === 'stopping') return 'stopping';
  return run.pendingApproval === undefined ? 'running' : 'needsYou';
}

function fromDisk(
  id: string,
  disk: ThreadOnDisk,
  { past, known }: Pick<ThreadSources, 'past' | 'known'>,
  workspaceKeys: WorkspaceKeys,
): Thread {
  const { entry, shortId, latestRun } = disk;
  const prompt = entry.preview ?? latestRun?.prompt ?? known?.preview;
  const name = entry.name ?? known?.name;
  const { status, reason, owner, pendingApproval } = diskStatus(disk, past);
  const isActive = status === 'running' || status === 'stopping' || status === 'needsYou';
  const createdAt = timeOf(entry.createdAt);
  const updatedAt = timeOf(entry.updatedAt);
  return {
    id,
    shortId,
    title: titleOf(name ?? prompt, `Thread ${shortId}`),
    name,
    prompt,
    status,
    reason: reason === undefined ? undefined : singleLine(reason),
    owner,
    ownerPid: isActive && disk.owner?.kind === 'alive' ? disk.owner.pid : undefined,
    cwd: entry.cwd,
    workspaceKeys,
    model: entry.model,
    createdAt,
    updatedAt: updatedAt ?? createdAt,
    turnStartedAt: isActive ? (timeOf(latestRun?.startedAt) ?? updatedAt) : undefined,
    pendingApproval,
    goal: goalOf(latestRun?.goal ?? entry.note.goal),
    totalTokens: entry.note.totalTokens,
    changes: isActive ? undefined : (latestRun?.changes ?? entry.note.changes),
    logPaths: disk.folder.logPaths(shortId),
  };
}

/** What codex told during the run, else what was noted before it. */
function liveGoal({ turn }: TurnRun, disk: ThreadOnDisk | undefined): Thread['goal'] {
  return turn.goal === undefined ? goalOf(disk?.latestRun?.goal) : goalOf(turn.goal ?? undefined);
}

function goalOf(goal: Thread['goal']): Thread['goal'] {
  return goal === undefined ? undefined : { objective: singleLine(goal.objective), status: goal.status };
}

interface DiskStatus {
  readonly status: ThreadStatus;
  readonly reason: string | undefined;
  readonly owner: ThreadOwner;
  readonly pendingApproval?: PendingApproval;
}

function diskStatus(disk: ThreadOnDisk, past: PastRun | undefined): DiskStatus {
  const { entry, owner, latestRun } = disk;
  if (entry.lastStatus === 'running') {
    // Our own run has ended and its last write has not been read back yet.
    if (past !== undefined && owner?.kind === 'alive' && owner.pid === past.pid) return fromPast(past);
    if (owner?.kind === 'dead') return { status: 'interrupted', reason: 'owner died', owner: 'nobody' };
    const runner = entry.note.isRunByWindow ? 'anotherWindow' : 'cli';
    if (isToldToStop(disk)) return { status: 'stopping', reason: undefined, owner: runner };
    const request = openRequest(disk);
    if (request === undefined) return { status: 'running', reason: undefined, owner: runner };
    const pendingApproval = filedApproval(request);
    return { status: 'needsYou', reason: undefined, owner: runner, pendingApproval };
  }
  const recorded = latestRun?.status === entry.lastStatus ? latestRun?.error : undefined;
  const reason = entry.note.reason ?? recorded;
  return { status: endedStatus(entry.lastStatus), reason, owner: 'nobody' };
}

/** Whether the kill signal that lies there is one its runner will heed. */
function isToldToStop({ folder, killSignal, owner }: ThreadOnDisk): boolean {
  if (killSignal === undefined || killSignal.isDirectory) return false;
  // Generation A, which the global folder belongs to, never reads what stands in a signal.
  if (folder.layout === 'global' || owner?.kind !== 'alive' || owner.pid === undefined) return true;
  return isSignalFor(killSignal, owner.pid);
}

function fromPast({ outcome }: PastRun): DiskStatus {
  return { status: outcome.status, reason: outcome.reason, owner: 'nobody' };
}

function endedStatus(lastStatus: string | undefined): ThreadStatus {
  switch (lastStatus) {
    case 'completed':
    case 'failed':
    case 'interrupted':
      return lastStatus;
    case 'killed': // the word of the CLI's first versions
      return 'interrupted';
    default:
      return 'idle';
  }
}

/** Epoch milliseconds of an ISO text; undefined for anything else. */
function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
