import { setTimeout as delay } from 'node:timers/promises';
import { isActiveWriter } from '../appServer/requestError';
import { errorText } from '../base/userError';
import type { UtilityServer } from './utilityServer';

/** A process that has just ended frees its threads within moments. */
const WRITER_TRIES = 3;
const WRITER_DELAY_MS = 500;

/**
 * Archives a thread on the server (`thread/archive`), where codex has one that is not archived.
 * @throws when codex refuses; `isActiveWriter` tells whether another process has it open
 */
export async function archiveThread(server: Pick<UtilityServer, 'use'>, threadId: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await server.use((running) => running.request('thread/archive', { threadId }));
      return;
    } catch (error) {
      if (isNotKnown(error)) return;
      if (!isActiveWriter(error) || tries === WRITER_TRIES) throw error;
      await delay(WRITER_DELAY_MS);
    }
  }
}

/** Codex has no such thread, or has it archived already: there is nothing to archive. */
function isNotKnown(error: unknown): boolean {
  return /no rollout found|invalid session id|thread not found/.test(errorText(error));
}
