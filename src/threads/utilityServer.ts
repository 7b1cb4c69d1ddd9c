import type { AppServer } from '../appServer/appServer';
import type { Disposable } from '../base/disposable';
import { UserError } from '../base/userError';

/** After that long without a request the server is ended (ms). */
const IDLE_MS = 60_000;

/**
 * The one app-server for what needs no writer of a thread: list, archive, unarchive, delete, rename. Started
 * when first needed, ended when idle. It never resumes a thread, so that it locks none.
 */
export class UtilityServer implements Disposable {
  readonly #start: () => Promise<AppServer>;
  #server: Promise<AppServer> | undefined;
  #pid: number | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(start: () => Promise<AppServer>) {
    this.#start = start;
  }

  /** Of the server that runs, or ran last. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Lets `work` use the server. @throws UserError when codex cannot be started, or may be no more. */
  async use<T>(work: (server: AppServer) => Promise<T>): Promise<T> {
    if (this.#isDisposed) throw new UserError('The window is closing.');
    clearTimeout(this.#idle);
    this.#users += 1;
    try {
      return await work(await this.#running());
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#endWhenIdle();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#end();
  }

  async #running(): Promise<AppServer> {
    const starting = (this.#server ??= this.#start());
    try {
      const server = await starting;
      this.#pid = server.pid;
      void server.exited.then(() => this.#forget(starting));
      return server;
    } catch (error) {
      this.#forget(starting);
      throw error;
    }
  }

  #forget(server: Promise<AppServer>): void {
    if (this.#server === server) this.#server = undefined;
  }

  #endWhenIdle(): void {
    if (this.#isDisposed) this.#end();
    else this.#idle = setTimeout(() => this.#end(), IDLE_MS);
  }

  #end(): void {
    clearTimeout(this.#idle);
    const server = this.#server;
    this.#server = undefined;
    void server?.then((started) => started.stop()).catch(() => undefined); // told to whoever asked for it
  }
}
