import type { AppServer } from '../appServer/appServer';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';

const RETRY_MS = 25;
const REQUEST_TIMEOUT_MS = 2_000;

/**
 * Stops the running turn and every command it left behind (`turn/interrupt`, then
 * `thread/backgroundTerminals/clean`: since codex 0.142 an interrupt alone lets a shell command run on).
 * `currentTurnId` is undefined until `turn/started` has been heard: before that, codex refuses an interrupt
 * and the turn would run on, so this waits for it. Gives up when `signal` is aborted; never throws.
 */
export async function interruptTurn(
  server: Pick<AppServer, 'request'>,
  threadId: string,
  currentTurnId: () => string | undefined,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  while (!signal.aborted) {
    const turnId = currentTurnId();
    if (turnId !== undefined && (await isInterrupted(server, threadId, turnId, log))) break;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  if (signal.aborted) return;
  try {
    await server.request('thread/backgroundTerminals/clean', { threadId }, { timeoutMs: REQUEST_TIMEOUT_MS });
  } catch (error) {
    // Its absence in old servers, or the end of the process: in both cases there is nothing left to clean.
    log.debug(`thread/backgroundTerminals/clean: ${errorText(error)}`);
  }
}

async function isInterrupted(
  server: Pick<AppServer, 'request'>,
  threadId: string,
  turnId: string,
  log: Log,
): Promise<boolean> {
  try {
    await server.request('turn/interrupt', { threadId, turnId }, { timeoutMs: REQUEST_TIMEOUT_MS });
    return true;
  } catch (error) {
    log.debug(`turn/interrupt ${turnId}: ${errorText(error)}`);
    return false;
  }
}
