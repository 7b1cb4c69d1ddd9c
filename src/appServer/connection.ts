// The only file that imports the JSON-RPC library, and itself imported when the first app-server starts:
// the start of the editor does not wait for it.
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  ErrorCodes,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
  ResponseError,
} from 'vscode-languageclient/node';
import type { Log } from '../base/log';
import { isRecord, type UnknownRecord } from '../base/record';
import { errorText } from '../base/userError';
import { LineSplitter } from './lineSplitter';

/** What came in, in the order in which the server wrote it. */
export interface ConnectionHandlers {
  onNotification(method: string, params: unknown): void;
  /** The answer to a request of the server, or undefined when nobody answers it. */
  onRequest(id: string | number, method: string, params: unknown): Promise<unknown> | undefined;
}

/** An answer to a request of ours. `code` is JSON-RPC's. */
export type Answer = { kind: 'result'; result: unknown } | { kind: 'error'; code: number; message: string };

const maxLineBytes = 64 * 1024 * 1024;
const maxLoggedCharacters = 200;

/** JSON-RPC in lines of JSON over the pipes of one app-server. */
export class Connection {
  readonly #connection: MessageConnection;
  /** Messages read but not yet handled: the library handles one per turn of the event loop. */
  #waiting = 0;

  constructor(stdout: Readable, stdin: Writable, handlers: ConnectionHandlers, log: Log) {
    const reader = new LineReader(stdout, log, () => (this.#waiting += 1));
    const toLog = (message: string): void => log.debug(`JSON-RPC: ${shortened(message)}`);
    const logger = { error: toLog, warn: toLog, info: toLog, log: toLog };
    this.#connection = createMessageConnection(reader, new LineWriter(stdin, log), logger, {
      messageStrategy: {
        handleMessage: (message, next) => {
          this.#waiting -= 1;
          void next(message);
        },
      },
    });
    this.#connection.onNotification((method, params: unknown) => handlers.onNotification(method, params));
    this.#connection.onRequest((method, params: unknown) => answer(handlers, method, params));
    this.#connection.listen();
  }

  /**
   * Rejects when the connection is disposed; never settles by itself when no answer comes. `params` must be
   * there even if the method has none.
   */
  async sendRequest(method: string, params: object): Promise<Answer> {
    try {
      return { kind: 'result', result: await this.#connection.sendRequest<unknown>(method, params) };
    } catch (error) {
      if (!(error instanceof ResponseError) || error.code === ErrorCodes.PendingResponseRejected) throw error;
      return { kind: 'error', code: error.code, message: error.message };
    }
  }

  /** Resolves when it is written; never rejects while the connection is not disposed. */
  async notify(method: string): Promise<void> {
    await this.#connection.sendNotification(method);
  }

  /** Resolves when everything that was read has reached its handler. */
  async drained(): Promise<void> {
    while (this.#waiting > 0) await setImmediate();
  }

  /** Rejects every pending request. Closing the pipes is their owner's business. */
  dispose(): void {
    this.#connection.dispose();
  }
}

/** `params` is the envelope that {@link toMessage} made. */
async function answer(handlers: ConnectionHandlers, method: string, params: unknown): Promise<unknown> {
  const { id, params: own } = isRecord(params) ? params : {};
  const result = isRequestId(id) ? handlers.onRequest(id, method, own) : undefined;
  if (result === undefined) throw new ResponseError(ErrorCodes.MethodNotFound, `${method} is not supported`);
  return result;
}

class LineReader extends AbstractMessageReader implements MessageReader {
  readonly #stream: Readable;
  readonly #log: Log;
  readonly #onMessage: () => void;

  constructor(stream: Readable, log: Log, onMessage: () => void) {
    super();
    this.#stream = stream;
    this.#log = log;
    this.#onMessage = onMessage;
  }

  listen(callback: DataCallback): Disposable {
    const splitter = new LineSplitter(maxLineBytes, {
      onLine: (line) => this.#read(line, callback),
      onOverlongLine: (bytes) => this.#log.warn(`codex sent a line of ${bytes} bytes, which was skipped`),
    });
    const onData = (chunk: Buffer): void => splitter.push(chunk);
    const onEnd = (): void => splitter.end();
    this.#stream.on('data', onData).once('end', onEnd);
    return { dispose: () => void this.#stream.off('data', onData).off('end', onEnd) };
  }

  #read(line: Buffer, callback: DataCallback): void {
    const text = line.toString();
    const message = toMessage(parse(text));
    if (message !== undefined) {
      this.#onMessage();
      callback(message);
    } else if (text.trim() !== '') {
      this.#log.debug(`codex wrote something that is no message: ${shortened(text)}`);
    }
  }
}

class LineWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: Writable;
  readonly #log: Log;

  constructor(stream: Writable, log: Log) {
    super();
    this.#stream = stream;
    this.#log = log;
  }

  /** Never rejects: what could not be written is settled by the end of the process, which says why. */
  write(message: Message): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.write(`${JSON.stringify(message)}\n`, (error) => {
        if (error) this.#log.debug(`codex could not be written to: ${errorText(error)}`);
        resolve();
      });
    });
  }

  end(): void {
    this.#stream.end();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The message as the library wants it, or undefined for what is none. `$/…` are the library's own methods, not
 * codex's, and some of them make it throw. A request's params are put into an envelope with its id, which
 * `serverRequest/resolved` names and the library would not tell us.
 */
function toMessage(value: unknown): Message | undefined {
  if (!isRecord(value)) return undefined;
  const message: UnknownRecord & Message = { ...value, jsonrpc: '2.0' };
  if (typeof value.method !== 'string') return isRequestId(value.id) ? message : undefined;
  if (value.method.startsWith('$/')) return undefined;
  if (isRequestId(value.id)) message.params = { id: value.id, params: value.params };
  return message;
}

function isRequestId(id: unknown): id is string | number {
  return typeof id === 'string' || typeof id === 'number';
}

function shortened(text: string): string {
  return text.length <= maxLoggedCharacters ? text : `${text.slice(0, maxLoggedCharacters)}…`;
}
