import { isRecord } from '../base/record';
import type { AppServer } from './appServer';

/** `notNeeded`: a model provider of the user's own. `unknown`: codex did not say. */
export type Login = 'loggedIn' | 'loggedOut' | 'notNeeded' | 'unknown';

/** Asks `account/read`, which needs no network. Never rejects: a turn without login says so itself. */
export async function readLogin(server: Pick<AppServer, 'request'>): Promise<Login> {
  let answer: unknown;
  try {
    answer = await server.request('account/read', {});
  } catch {
    return 'unknown';
  }
  if (!isRecord(answer)) return 'unknown';
  if (isRecord(answer.account)) return 'loggedIn';
  if (answer.account !== null) return 'unknown';
  if (answer.requiresOpenaiAuth === true) return 'loggedOut';
  return answer.requiresOpenaiAuth === false ? 'notNeeded' : 'unknown';
}
