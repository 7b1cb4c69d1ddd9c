import { isRecord, optionalString } from '../base/record';
import type { AppServer } from './appServer';

/** `notNeeded`: a model provider of the user's own. `unknown`: codex did not say. */
export type Login = 'loggedIn' | 'loggedOut' | 'notNeeded' | 'unknown';

/** Who codex works for, without anything that names the person. */
export interface Account {
  readonly login: Login;
  /** `chatgpt`, `apiKey`, … of somebody who is logged in. */
  readonly kind: string | undefined;
  /** `plus`, `team`, … of ChatGPT. */
  readonly plan: string | undefined;
}

type Server = Pick<AppServer, 'request'>;

/** Asks `account/read`, which needs no network. Never rejects: a turn without login says so itself. */
export async function readLogin(server: Server): Promise<Login> {
  return await readAccount(server).then(
    ({ login }) => login,
    () => 'unknown',
  );
}

/** Asks `account/read`, which needs no network. Rejects as `AppServer.request` does. */
export async function readAccount(server: Server, options: { timeoutMs?: number } = {}): Promise<Account> {
  const answer: unknown = await server.request('account/read', {}, options);
  const account = isRecord(answer) && isRecord(answer.account) ? answer.account : {};
  return {
    login: loginOf(answer),
    kind: optionalString(account.type),
    plan: optionalString(account.planType),
  };
}

function loginOf(answer: unknown): Login {
  if (!isRecord(answer)) return 'unknown';
  if (isRecord(answer.account)) return 'loggedIn';
  if (answer.account !== null) return 'unknown';
  if (answer.requiresOpenaiAuth === true) return 'loggedOut';
  return answer.requiresOpenaiAuth === false ? 'notNeeded' : 'unknown';
}
