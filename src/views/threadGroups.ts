import type { Thread } from '../threads/thread';

/** The groups of the tree, in the order in which they stand. */
export const GROUPS = ['needsYou', 'running', 'interrupted', 'failed', 'completed'] as const;

export type Group = (typeof GROUPS)[number];

export function groupTitle(group: Group): string {
  switch (group) {
    case 'needsYou':
      return 'Needs You';
    case 'running':
      return 'Running';
    case 'interrupted':
      return 'Interrupted';
    case 'failed':
      return 'Failed';
    case 'completed':
      return 'Completed';
  }
}

/** Where a thread stands. */
export function groupOf(thread: Thread): Group {
  switch (thread.status) {
    case 'running':
    case 'stopping':
      return 'running';
    case 'idle':
      return 'completed';
    default:
      return thread.status;
  }
}

/** Newest first; the id decides between equals, so that rows never trade places without a cause. */
export function newestFirst(a: Thread, b: Thread): number {
  return sortTime(b) - sortTime(a) || (a.id < b.id ? -1 : 1);
}

/** What a thread is sorted by: the begin of its turn while it runs, else its last change. */
export function sortTime(thread: Thread): number {
  return thread.turnStartedAt ?? thread.updatedAt ?? thread.createdAt ?? 0;
}
