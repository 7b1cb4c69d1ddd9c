import type { AppServer } from '../appServer/appServer';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';

const RETRY_MS = 25;
const REQUEST_TIMEOUT_MS = 2_000;
const GOAL_TIMEOUT_MS = 500;

/**
 * Tells codex to end the running turn (`turn/interrupt`); that it has ended is told by `turn/completed`.
 * `currentTurnId` is undefined until `turn/started` has been heard: before that, codex refuses an interrupt
 * and the turn would run on, so this waits for it. Gives up when `signal` is aborted; never throws.
 *
 * A shell command survives an interrupt, and ends within 0.1 s with the process of the app-server. It is not
 * ended by `thread/backgroundTerminals/clean` before that: codex answers before it has done so, and a command
 * that was just being started then outlived the process.
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
    if (turnId !== undefined) {
      try {
        await server.request('turn/interrupt', { threadId, turnId }, { timeoutMs: REQUEST_TIMEOUT_MS });
        return;
      } catch (error) {
        log.debug(`turn/interrupt ${turnId}: ${errorText(error)}`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * With an active goal, codex begins turns by itself: after each that completes, and as soon as somebody opens
 * the thread again. So the goal is paused first, also when it cannot be told whether there is one; a codex that
 * knows no goals says no to both.
 */
export async function pauseGoal(
  server: Pick<AppServer, 'request'>,
  threadId: string,
  log: Log,
): Promise<void> {
  const options = { timeoutMs: GOAL_TIMEOUT_MS };
  try {
    const { goal } = await server.request('thread/goal/get', { threadId }, options);
    if (goal?.status !== 'active') return;
  } catch (error) {
    log.debug(`thread/goal/get: ${errorText(error)}`);
  }
  try {
    await server.request('thread/goal/set', { threadId, status: 'paused' }, options);
  } catch (error) {
    log.debug(`thread/goal/set: ${errorText(error)}`);
  }
}
