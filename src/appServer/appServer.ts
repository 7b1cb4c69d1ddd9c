import { setTimeout as delay } from 'node:timers/promises';
import { type Event, Emitter } from '../base/event';
import type { Log } from '../base/log';
import { isRecord } from '../base/record';
import { UserError } from '../base/userError';
import { type AppServerExit, AppServerProcess, describeExit, type StopGrace } from './appServerProcess';
import type { CodexBinary } from './codexBinary';
import type { Answer, Connection } from './connection';
import {
  type ClientRequests,
  isKnownNotification,
  isKnownRequest,
  type ServerNotification,
  type ServerRequest,
} from './methods';
import { AppServerRequestError, isUnknownMethod, overloadedCode } from './requestError';
import { endLeftovers } from './leftoverProcesses';
import type { ServerGuard } from './serverGuard';
import { handshakeFailure, spawnFailure } from './startFailure';

export type { ServerNotification, ServerRequest } from './methods';

export interface AppServerOptions {
  codex: CodexBinary;
  /** An existing folder. */
  cwd: string;
  /** The environment to start from, `process.env` by default. */
  env?: NodeJS.ProcessEnv;
  /** The version of this extension, of which codex makes part of its user agent. */
  clientVersion: string;
  log: Log;
  /** 30 s by default. */
  requestTimeoutMs?: number;
  /** 20 s by default: usually it takes 0.1 to 0.5 s. */
  handshakeTimeoutMs?: number;
  extraArgs?: readonly string[];
  /** 3 s after closing stdin and 2 s after SIGTERM by default. */
  stopGrace?: StopGrace;
  /** Ends it when this process is killed. */
  guard?: ServerGuard | undefined;
}

const defaultRequestTimeoutMs = 30_000;
const defaultHandshakeTimeoutMs = 20_000;
const defaultStopGrace: StopGrace = { stdinMs: 3000, termMs: 2000 };

/** Something that never became an app-server has no turn to end in good order. */
const failedStartGrace: StopGrace = { stdinMs: 200, termMs: 500 };

/** A codex without these is too old. */
const neededMethods: ReadonlySet<string> = new Set(['thread/start', 'account/read']);

/** Waits before a request is tried again that the server was too busy to begin. */
const overloadedDelaysMs = [100, 400];

/** A running `codex app-server` and the conversation with it. Its owner calls {@link stop}. */
export class AppServer {
  readonly pid: number;
  /**
   * Settles when the process is gone, everything it had sent has been delivered and every pending request has
   * been rejected. Never rejects.
   */
  readonly exited: Promise<AppServerExit>;
  readonly #process: AppServerProcess;
  readonly #connection: Connection;
  readonly #options: AppServerOptions;
  readonly #notifications = new Emitter<ServerNotification>();
  readonly #ignoredMethods = new Set<string>();
  readonly #gone = new AbortController();
  #requestHandler: ((request: ServerRequest) => Promise<unknown>) | undefined;
  #exit: AppServerExit | undefined;
  #version: string | undefined;

  /** Known notifications, in the order of the server; an answer is delivered before what follows it. */
  readonly onNotification: Event<ServerNotification> = this.#notifications.event;

  /**
   * Spawns codex and shakes hands with it. Who subscribes as soon as this resolves hears every notification
   * from the handshake on. Any failure leaves no process behind and is a UserError that says what to do.
   */
  static async start(options: AppServerOptions): Promise<AppServer> {
    const { Connection } = await import('./connection');
    const { command } = options.codex;
    let child: AppServerProcess;
    try {
      child = await AppServerProcess.start({
        codex: options.codex,
        cwd: options.cwd,
        env: options.env ?? process.env,
        extraArgs: options.extraArgs ?? [],
        stopGrace: options.stopGrace ?? defaultStopGrace,
        guard: options.guard,
        log: options.log,
      });
    } catch (error) {
      throw await spawnFailure(command, options.cwd, error);
    }
    const server = new AppServer(child, Connection, options);
    try {
      await server.#shakeHands();
    } catch (error) {
      await child.stop(failedStartGrace);
      throw handshakeFailure(command, error, await server.exited);
    }
    return server;
  }

  private constructor(
    child: AppServerProcess,
    LoadedConnection: typeof Connection,
    options: AppServerOptions,
  ) {
    this.pid = child.pid;
    this.#process = child;
    this.#options = options;
    this.#connection = new LoadedConnection(
      child.stdout,
      child.stdin,
      {
        onNotification: (method, params) => this.#deliver(method, params),
        onRequest: (id, method, params) => this.#answer(id, method, params),
      },
      options.log,
    );
    this.exited = this.#watchEnd();
  }

  /** Stands in the environment of the process and of everything below it. */
  get marker(): string {
    return this.#process.marker;
  }

  /** The version of codex as `0.169.0`, if its user agent tells. */
  get version(): string | undefined {
    return this.#version;
  }

  /**
   * Who answers the server's requests (approvals, questions). Without one, and for methods that are not in
   * `ServerRequests`, the server hears -32601 and takes it for a no; so it does when the handler rejects.
   */
  setRequestHandler(handler: ((request: ServerRequest) => Promise<unknown>) | undefined): void {
    this.#requestHandler = handler;
  }

  /**
   * Sends a request and waits for its answer, which is typed but not checked: an older server may omit fields.
   * Rejects with an `AppServerRequestError` for an error answer, and with a UserError when there was no answer
   * in time, when the process ends, or when codex is too old to be used.
   */
  async request<M extends keyof ClientRequests>(
    method: M,
    params: ClientRequests[M]['params'],
    options: { timeoutMs?: number } = {},
  ): Promise<ClientRequests[M]['result']> {
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs ?? defaultRequestTimeoutMs;
    const delays = overloadedDelaysMs.values();
    for (;;) {
      try {
        return (await this.#send(method, params, timeoutMs)) as ClientRequests[M]['result'];
      } catch (error) {
        const delayMs = isOverloaded(error) ? delays.next().value : undefined;
        if (delayMs === undefined) throw this.#requestFailure(method, error);
        await delay(delayMs, undefined, { signal: this.#gone.signal }).catch(() => undefined);
      }
    }
  }

  /** Ends codex, its turns and their commands; settles with {@link exited}. May be called again. */
  stop(): Promise<AppServerExit> {
    void this.#process.stop();
    return this.exited;
  }

  /**
   * Once {@link exited} has settled: ends commands of its turns that outlived it, and tells how many processes
   * that were. Leaves alone the families of `foreign`.
   */
  async endLeftovers(foreign: ReadonlySet<number>): Promise<number> {
    return await endLeftovers(this.#process.marker, foreign, this.#options.log);
  }

  async #shakeHands(): Promise<void> {
    const timeoutMs = this.#options.handshakeTimeoutMs ?? defaultHandshakeTimeoutMs;
    const { clientVersion } = this.#options;
    const answer: unknown = await this.request(
      'initialize',
      {
        clientInfo: {
          name: 'codex-collab-vscode',
          title: 'Codex Collab for VS Code',
          version: clientVersion,
        },
        capabilities: { experimentalApi: true, requestAttestation: false },
      },
      { timeoutMs },
    );
    if (!isRecord(answer) || typeof answer.userAgent !== 'string') {
      throw new Error('Its answer to "initialize" has no user agent.');
    }
    // `<client name>/<version of codex> (<operating system>) …`
    this.#version = /^[^/]*\/(\d+\.\d+\.\d+\S*)/.exec(answer.userAgent)?.[1];
    // Not awaited: a caller that subscribes as soon as `start` resolves shall miss no notification.
    void this.#connection.notify('initialized');
  }

  /** One try. A timer of its own, since a pending request must not outlive its timeout or the process. */
  #send(method: string, params: object, timeoutMs: number): Promise<unknown> {
    if (this.#exit !== undefined) return Promise.reject(new Error('The process is gone.'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new UserError(`Codex did not answer ${method} within ${timeoutMs / 1000} s.`)),
        timeoutMs,
      );
      this.#connection
        .sendRequest(method, params)
        .then((answer) => resolve(resultOf(method, answer)))
        .catch(reject)
        .finally(() => clearTimeout(timer));
    });
  }

  #requestFailure(method: string, error: unknown): unknown {
    if (this.#exit !== undefined && !(error instanceof AppServerRequestError)) {
      return new UserError(`No answer to ${method}: ${describeExit(this.#exit)}.`, { cause: error });
    }
    if (neededMethods.has(method) && isUnknownMethod(error)) {
      return new UserError(`This codex (${this.#version ?? 'of unknown version'}) is too old. Update it.`, {
        remedies: [{ kind: 'installCodex' }],
        cause: error,
      });
    }
    return error;
  }

  async #watchEnd(): Promise<AppServerExit> {
    const exit = await this.#process.exited;
    await this.#connection.drained();
    this.#exit = exit;
    this.#gone.abort();
    this.#connection.dispose();
    this.#options.log.debug(`${describeExit(exit)}, pid ${this.pid}`);
    return exit;
  }

  #deliver(method: string, params: unknown): void {
    const message = isRecord(params) ? { method, params } : undefined;
    if (message !== undefined && isKnownNotification(message)) {
      this.#notifications.fire(message);
    } else if (!this.#ignoredMethods.has(method)) {
      this.#ignoredMethods.add(method);
      this.#options.log.trace(`codex notifications ${method} are ignored`);
    }
  }

  #answer(id: string | number, method: string, params: unknown): Promise<unknown> | undefined {
    const request = isRecord(params) ? { id, method, params } : undefined;
    if (this.#requestHandler !== undefined && request !== undefined && isKnownRequest(request)) {
      return this.#requestHandler(request);
    }
    this.#options.log.info(`codex asks ${method}, which nobody answers`);
    return undefined;
  }
}

function resultOf(method: string, answer: Answer): unknown {
  if (answer.kind === 'result') return answer.result;
  throw new AppServerRequestError(method, answer.code, answer.message);
}

function isOverloaded(error: unknown): boolean {
  return error instanceof AppServerRequestError && error.code === overloadedCode;
}
