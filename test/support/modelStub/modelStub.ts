import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { silentLog, type Log } from '../../../src/base/log';
import { errorText } from '../../../src/base/userError';
import { answer } from './answer';
import { readModelRequest, type ModelRequest } from './modelRequest';
import { ResponseStream } from './responseStream';

/** `port` 0 takes a free one; `answerMs` is how long an answer without text directives streams. */
export interface ModelStubOptions {
  port?: number;
  answerMs?: number;
  log?: Log;
}

/**
 * A model that needs no network and no login: the part of the Responses API that codex 0.169 uses, on
 * loopback. What it says is decided by directives in the prompt, see README.md beside this file.
 */
export class ModelStub {
  readonly #server: Server;
  readonly #log: Log;
  readonly #answerMs: number;
  readonly #requests: ModelRequest[] = [];

  private constructor(server: Server, options: ModelStubOptions) {
    this.#server = server;
    this.#log = options.log ?? silentLog;
    this.#answerMs = options.answerMs ?? 2500;
  }

  /** Listens; rejects when the port is taken. */
  static async start(options: ModelStubOptions = {}): Promise<ModelStub> {
    const server = createServer();
    const stub = new ModelStub(server, options);
    server.on('request', (request, response) => void stub.#serve(request, response));
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return stub;
  }

  /** What a provider's `base_url` in codex's config.toml has to be. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Every request for an answer so far, oldest first. */
  get requests(): readonly ModelRequest[] {
    return this.#requests;
  }

  /** Breaks off the answers that are under way. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (message.method !== 'POST' || !message.url?.split('?')[0]?.endsWith('/responses')) {
      response.writeHead(404).end();
      return;
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const stream = new ResponseStream(response, gone.signal);
    try {
      const request = readModelRequest(await bodyOf(message));
      this.#requests.push(request);
      this.#log.info(
        `model=${request.model} outputs=${request.outputs.length} ${request.prompt.slice(0, 100)}`,
      );
      await answer(request, stream, this.#answerMs);
    } catch (error) {
      if (gone.signal.aborted) return; // an interrupted turn hangs up, which is no failure
      this.#log.error(errorText(error));
      const code = 'invalid_request_error';
      await stream
        .httpError(400, { message: errorText(error), type: code, code })
        .catch(() => response.destroy());
    }
  }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const body = await buffer(message);
  const isZipped = message.headers['content-encoding'] === 'gzip';
  return (isZipped ? await promisify(gunzip)(body) : body).toString('utf8');
}
