import type { Thread, ThreadOwner } from '../threads/thread';

/** "41s", "3m 5s", "2h 7m": how long something has run or took. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m ${seconds % 60}s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
}

/** "now", "5m ago", "3d ago": how long ago something was. */
export function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes}m ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ago`;
  return `${Math.floor(hours / 24)}d ago`;
}

/** What stands behind the title: time, owner or reason, model, short id. */
export function description(thread: Thread, now: number): string {
  return [timeText(thread, now), stateText(thread), thread.model, thread.shortId]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What a screen reader says of a row: its status first. */
export function accessibleLabel(thread: Thread, now: number): string {
  return `${statusText(thread)}: ${thread.title}, ${description(thread, now)}`;
}

export function statusText(thread: Thread): string {
  switch (thread.status) {
    case 'needsYou':
      return 'Waiting for you';
    case 'running':
      return 'Running';
    case 'stopping':
      return 'Stopping';
    case 'interrupted':
      return 'Interrupted';
    case 'failed':
      return 'Failed';
    case 'completed':
      return 'Completed';
    case 'idle':
      return 'Not run yet';
  }
}

function timeText(thread: Thread, now: number): string | undefined {
  if (thread.turnStartedAt !== undefined) return duration(now - thread.turnStartedAt);
  return thread.updatedAt === undefined ? undefined : age(now - thread.updatedAt);
}

function ownerText(owner: ThreadOwner): string | undefined {
  switch (owner) {
    case 'cli':
      return 'CLI';
    case 'anotherWindow':
      return 'another window';
    case 'thisWindow':
    case 'nobody':
      return undefined;
  }
}

function stateText(thread: Thread): string | undefined {
  switch (thread.status) {
    case 'needsYou':
      return thread.pendingApproval?.summary ?? 'waiting for you';
    case 'stopping':
      return 'stopping…';
    case 'running':
      return ownerText(thread.owner);
    default:
      return thread.reason;
  }
}
