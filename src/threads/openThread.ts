import { setTimeout as delay } from 'node:timers/promises';
import type { AppServer } from '../appServer/appServer';
import { readDefaultModel } from '../appServer/defaultModel';
import { AppServerRequestError, isActiveWriter } from '../appServer/requestError';
import { UserError } from '../base/userError';
import type { RunOptions } from './runOptions';
import { ThreadInUse } from './threadInUse';

/** A server with a thread loaded, ready for a turn. */
export interface ReadyThread {
  readonly server: AppServer;
  readonly threadId: string;
  /** The model that codex will use. */
  readonly model: string;
}

/** Loads a thread in a server that has just been started. */
export type OpenThread = (server: AppServer, options: RunOptions) => Promise<ReadyThread>;

/** Waits (ms) before a thread that somebody has open is tried again: who has just ended frees it at once. */
const IN_USE_DELAYS_MS = [300, 700, 1000];

/** A new thread. Codex keeps nothing of it on disk before its first turn. */
export function newThread(cwd: string): OpenThread {
  return async (server, options) => {
    try {
      const { thread, model } = await server.request('thread/start', { cwd, ...overrides(options) });
      return { server, threadId: thread.id, model };
    } catch (error) {
      throw refused(error, 'start a thread');
    }
  };
}

/**
 * A thread that there is, without its history. Rejects with `ThreadInUse` when it stays open elsewhere. Its model
 * is always named: without that codex goes on with model and effort of the turn before, and with it takes the effort
 * from its configuration, else the model's default.
 */
export function existingThread(threadId: string, cwd: string): OpenThread {
  return async (server, options) => {
    const wanted = options.model ?? (await readDefaultModel(server, cwd));
    const params = { threadId, cwd, excludeTurns: true, ...overrides({ ...options, model: wanted }) };
    const delays = IN_USE_DELAYS_MS.values();
    for (;;) {
      try {
        const { model } = await server.request('thread/resume', params);
        return { server, threadId, model };
      } catch (error) {
        if (!isActiveWriter(error)) throw refused(error, 'resume the thread');
        const delayMs = delays.next().value;
        if (delayMs === undefined) throw new ThreadInUse(threadId, error);
        await delay(delayMs);
      }
    }
  };
}

function overrides({ sandbox, approvalPolicy, model }: RunOptions): {
  sandbox: RunOptions['sandbox'];
  approvalPolicy: RunOptions['approvalPolicy'];
  model?: string;
} {
  // Only here: a policy object at turn/start would replace what the person's config.toml adds to the mode.
  return { sandbox, approvalPolicy, ...(model === undefined ? {} : { model }) };
}

/** Codex's own words, which mostly say what is wrong with its configuration. */
function refused(error: unknown, what: string): unknown {
  if (!(error instanceof AppServerRequestError)) return error;
  // A turn that is ended before codex has begun it leaves nothing to go on with.
  const message = error.message.includes('no rollout found')
    ? 'Codex has nothing of this thread: it was ended before its first turn began. Run it as a new task.'
    : `Codex would not ${what}: ${error.message}`;
  return new UserError(message, { cause: error });
}
