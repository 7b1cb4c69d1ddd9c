import { randomUUID } from 'node:crypto';

const PREFIX = 'vscode-';

/** What stands as `sessionId` in the run records of one extension host. */
export function newSessionId(): string {
  return PREFIX + randomUUID();
}

/** True for a run record that this extension wrote, in whichever window. */
export function isOwnSession(sessionId: string | null | undefined): boolean {
  return sessionId?.startsWith(PREFIX) === true;
}
