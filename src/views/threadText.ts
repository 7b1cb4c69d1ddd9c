import { duration } from '../base/duration';
import { totalsText } from '../threads/changes/totalsText';
import { statusText } from '../threads/thread';
import type { Thread, ThreadOwner } from '../threads/thread';
import { age } from '../vscode/age';

/** What stands behind the title: time, owner or reason, model, short id. */
export function description(thread: Thread, now: number): string {
  // What waits comes first and stands still: it is what the person has to read.
  const parts =
    thread.status === 'needsYou' ? [stateText(thread)] : [timeText(thread, now), stateText(thread)];
  const totals = thread.changes === undefined ? undefined : totalsText(thread.changes);
  return [...parts, totals, thread.model, thread.shortId].filter((part) => part !== undefined).join(' · ');
}

/** What a screen reader says of a row: its status first, and nothing that changes with the time. */
export function accessibleLabel(thread: Thread): string {
  return [`${statusText(thread.status)}: ${thread.title}`, stateText(thread), thread.model, thread.shortId]
    .filter((part) => part !== undefined)
    .join(', ');
}

function timeText(thread: Thread, now: number): string | undefined {
  if (thread.turnStartedAt !== undefined) return duration(now - thread.turnStartedAt);
  return thread.updatedAt === undefined ? undefined : age(now - thread.updatedAt);
}

/** Who else runs a turn; undefined when it is this window or nobody. */
export function ownerText(owner: ThreadOwner): string | undefined {
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

/** What makes it wait, who else runs it, or why it ended. */
export function stateText(thread: Thread): string | undefined {
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
