// A turn on a codex app-server.
export class CodexTurn {
  threadId;
  output = '';
  #server;
  #isKnown;
  #cwd;
  #turnId;
  #resolve;
  ended = new Promise((resolve) => (this.#resolve = resolve));

  constructor(server, cwd, threadId) {
    this.#server = server;
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

  /** The turn ends with its server; in one that others use too, it has to be told. */
  stop() {
    const { threadId } = this;
    if (!this.#server.isShared) this.#resolve('interrupted');
    else void this.#server.request('turn/interrupt', { threadId, turnId: this.#turnId }).catch(() => {});
  }

  close() {
    return this.#server.close();
  }

  #hear(method, params) {
    if (params?.threadId !== this.threadId) return;
    if (method === 'item/agentMessage/delta') this.output += params.delta;
    if (method === 'turn/started') this.#turnId = params.turn.id;
    if (method === 'turn/completed') this.#resolve(params.turn.status);
  }
}
