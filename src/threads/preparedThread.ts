import type { AppServer } from '../appServer/appServer';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import { readLogin } from '../appServer/account';
import type { StateFolder } from '../state/stateFolder';
import type { OpenThread, ReadyThread } from './openThread';
import type { RunOptions } from './runOptions';

/** Where a thread is entered. */
export interface ThreadPlace {
  readonly folder: StateFolder;
  readonly shortId: string;
}

export interface PreparedThreadParts {
  readonly cwd: string;
  /** The state folder of the workspace that `cwd` belongs to. */
  readonly workspace: Promise<StateFolder>;
  readonly startServer: () => Promise<AppServer>;
  readonly open: OpenThread;
  readonly place: ThreadPlace | undefined;
}

/**
 * Starts a server and a thread in the background while a person still types the prompt, so that accepting it
 * costs no start-up. Belongs to whoever made it until `take`; disposed before that, it ends its process.
 */
export class PreparedThread implements Disposable {
  readonly cwd: string;
  /** How its turn will be run: what the person was shown. */
  readonly options: RunOptions;
  /** The state folder of the workspace that `cwd` belongs to. */
  readonly workspace: Promise<StateFolder>;
  /** Of a thread that there is: where it stands. */
  readonly place: ThreadPlace | undefined;
  readonly #startServer: () => Promise<AppServer>;
  readonly #open: OpenThread;
  readonly #log: Log;
  #ready: Promise<ReadyThread>;
  #isTaken = false;

  constructor(parts: PreparedThreadParts, options: RunOptions, log: Log) {
    this.cwd = parts.cwd;
    this.workspace = parts.workspace;
    this.place = parts.place;
    this.#startServer = parts.startServer;
    this.#open = parts.open;
    this.#log = log;
    this.options = options;
    this.#ready = this.#prepare();
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
   * Hands the thread over; from now on the caller ends its server. What failed before, or has ended since, is
   * tried anew: the person may have mended it.
   * @throws UserError when codex does not start or is logged out, `ThreadInUse` when somebody has it open.
   */
  async take(): Promise<ReadyThread> {
    this.#isTaken = true;
    const ready = await this.#ready.catch(() => undefined);
    const isReady = ready !== undefined && (await isAlive(ready.server));
    if (!isReady) {
      this.#ready = this.#prepare();
      this.#ready.catch(() => undefined); // the next line throws it
    }
    return await this.#ready;
  }

  dispose(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    void this.#ready.then(
      ({ server }) => server.stop(),
      (error: unknown) => this.#log.debug(`A prepared app-server had not started: ${errorText(error)}`),
    );
  }

  async #prepare(): Promise<ReadyThread> {
    const server = await this.#startServer();
    try {
      const [login, thread] = await Promise.all([readLogin(server), this.#open(server, this.options)]);
      if (login === 'loggedOut') throw loggedOut();
      return thread;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }
}

async function isAlive(server: AppServer): Promise<boolean> {
  return await Promise.race([server.exited.then(() => false), Promise.resolve().then(() => true)]);
}

function loggedOut(): UserError {
  return new UserError('Codex is not logged in. Log in once, then run the task again.', {
    remedies: [{ kind: 'logIn' }],
  });
}
