import type { Thread } from '../../src/threads/thread';

/** A thread at rest that nobody knows more of than `fields` says. What a test relies on, it passes itself. */
export function sampleThread(fields: Partial<Thread> = {}): Thread {
  const { id = 'a' } = fields;
  return {
    id,
    shortId: id,
    title: `Task ${id}`,
    name: undefined,
    prompt: `Task ${id}`,
    status: 'completed',
    reason: undefined,
    owner: 'nobody',
    ownerPid: undefined,
    cwd: '/w',
    workspaceKeys: [],
    model: 'm',
    createdAt: 1,
    updatedAt: 1,
    turnStartedAt: undefined,
    pendingApproval: undefined,
    goal: undefined,
    totalTokens: undefined,
    changes: undefined,
    logPaths: [],
    ...fields,
  };
}
