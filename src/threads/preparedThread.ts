import type { AppServer } from '../appServer/appServer';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import { readLogin } from '../appServer/account';
import type { StateFolder } from '../state/stateFolder';
import type { RunOptions, SandboxMode } from './runOptions';

/** A server with a thread of its own that has not run a turn yet: codex keeps nothing of it on disk. */
export interface ReadyThread {
  readonly server: AppServer;
  readonly threadId: string;
  /** The model that codex will use. */
  readonly model: string;
}

/**
 * Starts a server and a thread in the background while a person still types the prompt, so that accepting it
 * costs no start-up. Belongs to whoever made it until `take`; disposed before that, it ends its process.
 */
export class PreparedThread implements Disposable {
  readonly cwd: string;
  /** The state folder of the workspace that `cwd` belongs to. */
  readonly workspace: Promise<StateFolder>;
  readonly #startServer: () => Promise<AppServer>;
  readonly #log: Log;
  readonly #sandbox: SandboxMode;
  #ready: Promise<ReadyThread>;
  #isTaken = false;

  constructor(
    cwd: string,
    options: RunOptions,
    startServer: () => Promise<AppServer>,
    workspace: Promise<StateFolder>,
    log: Log,
  ) {
    this.cwd = cwd;
    this.workspace = workspace;
    this.#startServer = startServer;
    this.#log = log;
    this.#sandbox = options.sandbox;
    this.#ready = this.#prepare(options);
    this.#ready.catch(() => undefined); // told by `take` and `problem`
  }

  /** Resolves with what is wrong as soon as that is known, or with undefined when all is well. */
  problem(): Promise<unknown> {
    return this.#ready.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /**
   * Hands the thread over; from now on the caller ends its server.
   * @throws UserError when codex does not start or is logged out.
   */
  async take(options: RunOptions): Promise<ReadyThread> {
    this.#isTaken = true;
    const ready = await this.#ready;
    try {
      if (this.#sandbox === options.sandbox && (await isAlive(ready.server))) return ready;
      if (await isAlive(ready.server)) return await startThread(ready.server, this.cwd, options);
    } catch (error) {
      await ready.server.stop();
      throw error;
    }
    this.#log.info('The prepared app-server had ended; starting another one.');
    return await this.#prepare(options);
  }

  dispose(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    void this.#ready.then(
      ({ server }) => server.stop(),
      (error: unknown) => this.#log.debug(`A prepared app-server had not started: ${errorText(error)}`),
    );
  }

  async #prepare(options: RunOptions): Promise<ReadyThread> {
    const server = await this.#startServer();
    try {
      const [login, thread] = await Promise.all([readLogin(server), startThread(server, this.cwd, options)]);
      if (login === 'loggedOut') throw loggedOut();
      return thread;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }
}

async function startThread(server: AppServer, cwd: string, options: RunOptions): Promise<ReadyThread> {
  const { thread, model } = await server.request('thread/start', {
    cwd,
    // Only here: a policy object at turn/start would replace what the person's config.toml adds to the mode.
    sandbox: options.sandbox,
    approvalPolicy: options.approvalPolicy,
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  return { server, threadId: thread.id, model };
}

async function isAlive(server: AppServer): Promise<boolean> {
  return await Promise.race([server.exited.then(() => false), Promise.resolve().then(() => true)]);
}

function loggedOut(): UserError {
  return new UserError('Codex is not logged in. Log in once, then run the task again.', {
    remedies: [{ kind: 'logIn' }],
  });
}
