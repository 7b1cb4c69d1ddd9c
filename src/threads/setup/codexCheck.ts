import { readAccount } from '../../appServer/account';
import type { Account } from '../../appServer/account';
import type { AppServer } from '../../appServer/appServer';
import type { CodexBinary } from '../../appServer/codexBinary';
import { UserError } from '../../base/userError';
import type { CodexLauncher } from '../codexLauncher';
import { failed } from './checkResult';
import type { CheckResult } from './checkResult';

type Launcher = Pick<CodexLauncher, 'find' | 'start' | 'version'>;

/**
 * Whether there is a codex that can be used, and whether it is logged in. Asks a server of its own, which it ends:
 * one that runs already may be of another path, and of the time before a login.
 */
export function checkCodex(
  launcher: Launcher,
  timeoutMs: number,
): { codex: Promise<CheckResult>; login: Promise<CheckResult> } {
  const server = launcher.start(undefined, { handshakeTimeoutMs: timeoutMs });
  const account = askAccount(server, timeoutMs);
  return { codex: codexResult(launcher, server, account, timeoutMs), login: loginResult(account) };
}

async function askAccount(starting: Promise<AppServer>, timeoutMs: number): Promise<Account> {
  const server = await starting;
  try {
    return await readAccount(server, { timeoutMs });
  } finally {
    void server.stop();
  }
}

async function codexResult(
  launcher: Launcher,
  server: Promise<AppServer>,
  account: Promise<Account>,
  timeoutMs: number,
): Promise<CheckResult> {
  const problem = account.then(
    () => undefined,
    // An error answer is an answer, too.
    (error: unknown) => (error instanceof UserError ? error : server.then(() => undefined)),
  );
  problem.catch(() => undefined); // awaited below, unless there is no codex
  let binary: CodexBinary;
  try {
    binary = await launcher.find();
  } catch (error) {
    return failed('Not found', error);
  }
  const printed = await launcher.version(binary, timeoutMs);
  const error = await problem;
  const version = printed ?? (error === undefined ? (await server).version : undefined);
  const fact = `${version ?? 'Unknown version'}, ${foundBy(binary)}`;
  const path = [binary.command, ...binary.args].join(' ');
  if (error === undefined) return { verdict: version === undefined ? 'warning' : 'pass', fact, detail: path };
  const result = failed(`Cannot be used: ${fact}`, error);
  return error.message.includes(binary.command)
    ? result
    : { ...result, detail: `${error.message} (${path})` };
}

function foundBy({ source }: CodexBinary): string {
  switch (source) {
    case 'setting':
      return 'by the setting codexCollab.codexPath';
    case 'path':
      return 'on the PATH';
    case 'knownPlace':
      return 'not on the PATH, but where a package manager put it';
  }
}

async function loginResult(asked: Promise<Account>): Promise<CheckResult> {
  const account = await asked.catch(() => undefined);
  if (account === undefined) return { verdict: 'warning', fact: 'Unknown, since Codex does not tell' };
  switch (account.login) {
    case 'loggedIn':
      return { verdict: 'pass', fact: kindOf(account) };
    case 'notNeeded':
      return { verdict: 'pass', fact: 'Not needed by the model provider of your config.toml' };
    case 'loggedOut':
      return {
        verdict: 'error',
        fact: 'Not logged in',
        detail: 'Log in once: without it every turn fails.',
        remedies: [{ kind: 'logIn' }],
      };
    case 'unknown':
      return { verdict: 'warning', fact: 'Unknown, since Codex does not tell' };
  }
}

/** "ChatGPT (plus)", "API key": never who that is. */
function kindOf({ kind = '', plan }: Account): string {
  const name = KINDS.get(kind) ?? 'Logged in';
  const isTold = plan !== undefined && plan !== 'unknown';
  return isTold ? `${name} (${plan.replaceAll('_', ' ')})` : name;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['chatgpt', 'ChatGPT'],
  ['apiKey', 'API key'],
  ['amazonBedrock', 'Amazon Bedrock'],
  ['gcp', 'Google Cloud'],
]);
