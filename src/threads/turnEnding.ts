import { describeExit } from '../appServer/appServerProcess';
import type { AppServerExit } from '../appServer/appServerProcess';

/** Why we ended a turn ourselves. */
export type StopCause = 'killed' | 'timedOut' | 'windowClosed' | 'deleted';

/** How a run ended. `reason` is missing where the status says all. */
export interface RunOutcome {
  readonly status: 'completed' | 'failed' | 'interrupted';
  readonly reason: string | undefined;
  readonly durationMs: number;
  readonly filesChanged: number;
}

/** What ended the wait for a turn. */
export type TurnEnding =
  /** `turn/completed`, with the status and error of its turn. */
  | { readonly by: 'turnCompleted'; readonly status: string; readonly error: string | undefined }
  | { readonly by: 'exit'; readonly exit: AppServerExit }
  | { readonly by: 'startFailed'; readonly message: string }
  /** It was told to stop and did not in time. */
  | { readonly by: 'graceOver' };

/** The reason that a run gets whose window goes away. */
export const WINDOW_CLOSED = 'window closed';

type Outcome = Pick<RunOutcome, 'status' | 'reason'>;

/** What a turn came to. A turn that completed before our stop reached it has completed. */
export function outcomeOf(
  ending: TurnEnding,
  stopCause: StopCause | undefined,
  timeoutSeconds: number,
): Outcome {
  if (ending.by === 'turnCompleted' && ending.status === 'completed') {
    return { status: 'completed', reason: undefined };
  }
  if (ending.by === 'turnCompleted' && ending.status !== 'interrupted') {
    return { status: 'failed', reason: ending.error ?? 'Codex gave no reason' };
  }
  if (stopCause !== undefined) return stoppedOutcome(stopCause, timeoutSeconds);
  switch (ending.by) {
    case 'exit':
      return { status: 'failed', reason: describeExit(ending.exit) };
    case 'startFailed':
      return { status: 'failed', reason: ending.message };
    default:
      return { status: 'interrupted', reason: undefined };
  }
}

function stoppedOutcome(cause: StopCause, timeoutSeconds: number): Outcome {
  switch (cause) {
    case 'killed':
      return { status: 'interrupted', reason: 'killed' };
    case 'windowClosed':
      return { status: 'interrupted', reason: WINDOW_CLOSED };
    case 'deleted':
      return { status: 'interrupted', reason: 'deleted' };
    case 'timedOut':
      return { status: 'failed', reason: `timed out after ${timeoutSeconds} s` };
  }
}
