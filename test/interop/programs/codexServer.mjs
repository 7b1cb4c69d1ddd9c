// A codex app-server as the CLI speaks with it: one of its own, or the one that a broker shares.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export class CodexServer {
  #output;
  #close;
  #waiting = new Map();
  #lastId = 0;
  onNotification = () => {};
  /** Resolves with the result; nothing is answered without it. */
  onRequest = undefined;
  /** True when others use it too. */
  isShared;

  constructor({ input, output, close, isShared = false }) {
    this.#output = output;
    this.#close = close;
    this.isShared = isShared;
    const lines = createInterface({ input });
    lines.on('error', () => {}); // readline passes on what its input says
    lines.on('line', (line) => this.#read(JSON.parse(line)));
  }

  async initialize() {
    const result = await this.request('initialize', {
      clientInfo: { name: 'outside', title: null, version: '1' },
    });
    this.#write({ method: 'initialized' });
    return result;
  }

  /** Rejects with the message and the code of an error. */
  request(method, params) {
    const id = ++this.#lastId;
    this.#write({ id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Ends it, when it is not shared. */
  close() {
    return this.#close();
  }

  #read({ id, method, params, result, error }) {
    if (method !== undefined) {
      if (id === undefined) this.onNotification(method, params);
      else void this.onRequest?.(method, params).then((answer) => this.#write({ id, result: answer }));
      return;
    }
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(Object.assign(new Error(error.message), { code: error.code }));
  }

  #write(message) {
    this.#output.write(`${JSON.stringify(message)}\n`);
  }
}

/** It ends when its input is closed. */
export function startServer(codex, cwd) {
  const child = spawn(codex, ['app-server'], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const close = async () => {
    child.stdin.end();
    await exited;
  };
  return new CodexServer({ input: child.stdout, output: child.stdin, close });
}

/** Of the broker that keeps one for this workspace. */
export function connectToBroker(folder) {
  const { endpoint } = JSON.parse(readFileSync(join(folder.path, 'broker.json'), 'utf8'));
  const path = endpoint.replace(/^unix:/, '');
  process.chdir(dirname(path)); // the address of a socket may not be long
  const socket = connect(basename(path));
  return new CodexServer({ input: socket, output: socket, close: () => socket.destroy(), isShared: true });
}

/** Asks for the thread to be archived; undefined when it was, else why not. */
export async function archive(codex, cwd, threadId) {
  const server = startServer(codex, cwd);
  try {
    await server.initialize();
    await server.request('thread/archive', { threadId });
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    await server.close();
  }
}
