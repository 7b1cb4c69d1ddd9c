// A turn on a codex app-server of its own, and what else a command of the CLI asks such a server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export class CodexServer {
  #child;
  #exited;
  #waiting = new Map();
  #lastId = 0;
  onNotification = () => {};

  constructor(codex, cwd) {
    this.#child = spawn(codex, ['app-server'], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#exited = once(this.#child, 'exit');
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#read(JSON.parse(line)));
  }

  async initialize() {
    await this.request('initialize', { clientInfo: { name: 'outside', title: null, version: '1' } });
    this.#write({ method: 'initialized' });
  }

  request(method, params) {
    const id = ++this.#lastId;
    this.#write({ id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Closes its input, which ends it. */
  async close() {
    this.#child.stdin.end();
    await this.#exited;
  }

  #read({ id, method, params, result, error }) {
    if (method !== undefined) {
      this.onNotification(method, params);
      return;
    }
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error.message));
  }

  #write(message) {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

/** Asks for the thread to be archived; undefined when it was, else why not. */
export async function archive(codex, cwd, threadId) {
  const server = new CodexServer(codex, cwd);
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

export class CodexTurn {
  threadId;
  output = '';
  #server;
  #isKnown;
  #cwd;
  #resolve;
  ended = new Promise((resolve) => (this.#resolve = resolve));

  constructor(codex, cwd, threadId) {
    this.#server = new CodexServer(codex, cwd);
    this.#cwd = cwd;
    this.#isKnown = threadId !== undefined;
    this.threadId = threadId;
  }

  /** Gets the thread; throws when somebody else holds it. */
  async prepare() {
    await this.#server.initialize();
    this.#server.onNotification = (method, params) => this.#hear(method, params);
    const params = this.#isKnown ? { threadId: this.threadId } : { cwd: this.#cwd };
    const method = this.#isKnown ? 'thread/resume' : 'thread/start';
    const { thread } = await this.#server.request(method, { ...params, approvalPolicy: 'never' });
    this.threadId = thread.id;
  }

  start(prompt) {
    const input = [{ type: 'text', text: prompt, text_elements: [] }];
    this.#server
      .request('turn/start', { threadId: this.threadId, input })
      .catch(() => this.#resolve('failed'));
  }

  /** The turn ends with its server. */
  stop() {
    this.#resolve('interrupted');
  }

  close() {
    return this.#server.close();
  }

  #hear(method, params) {
    if (params?.threadId !== this.threadId) return;
    if (method === 'item/agentMessage/delta') this.output += params.delta;
    if (method === 'turn/completed') this.#resolve(params.turn.status);
  }
}
