import type { AppServer } from '../appServer/appServer';
import { AppServerRequestError } from '../appServer/requestError';
import { UserError } from '../base/userError';

const FOUND = /^expected active turn id .* but found `([^`]+)`/;

/**
 * Gives a running turn more words (`turn/steer`); codex shows them to the model with its next step.
 * @throws UserError when the turn takes none: it has ended, or it is a review
 */
export async function steerTurn(
  server: Pick<AppServer, 'request'>,
  threadId: string,
  turnId: string,
  text: string,
): Promise<void> {
  const input = [{ type: 'text' as const, text, text_elements: [] }];
  const steer = async (expectedTurnId: string): Promise<unknown> =>
    await server.request('turn/steer', { threadId, expectedTurnId, input });
  try {
    await steer(turnId).catch((error: unknown) => {
      // A review is announced under another id than it has.
      const found = error instanceof AppServerRequestError ? FOUND.exec(error.message)?.[1] : undefined;
      if (found === undefined) throw error;
      return steer(found);
    });
  } catch (error) {
    throw refused(error);
  }
}

/** For words that came when the turn was over, or about to be. */
export function turnIsOver(cause?: unknown): UserError {
  return new UserError('The turn ended before Codex could read this. Resume the thread with it.', { cause });
}

function refused(error: unknown): unknown {
  if (!(error instanceof AppServerRequestError)) return error;
  const { message } = error;
  if (/no active turn|expected active turn|thread not found/.test(message)) return turnIsOver(error);
  if (message.includes('steer')) {
    const text =
      'This turn takes no further words (Codex reviews or compacts). Resume the thread when it has ended.';
    return new UserError(text, { cause: error });
  }
  return new UserError(`Codex would not take this: ${message}`, { cause: error });
}
