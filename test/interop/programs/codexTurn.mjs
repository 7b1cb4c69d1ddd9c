// A turn on a codex app-server.
export class CodexTurn {
  threadId;
  /** Set by the run: writes a line of the log, asks a person for leave. */
  log = () => {};
  askLeave;
  isAsking = false;
  output = '';
  #server;
  #isKnown;
  #policy;
  #cwd;
  #turnId;
  #resolve;
  ended = new Promise((resolve) => (this.#resolve = resolve));

  /** `policy`: when codex asks for leave, `never` or `on-request`. */
  constructor(server, cwd, threadId, policy = 'never') {
    this.#policy = policy;
    this.#server = server;
    this.#cwd = cwd;
    this.#isKnown = threadId !== undefined;
    this.threadId = threadId;
  }

  /** Gets the thread; throws when somebody else holds it. */
  async prepare() {
    await this.#server.initialize();
    this.#server.onNotification = (method, params) => this.#hear(method, params);
    this.#server.onRequest = (method, params) => this.#answer(method, params);
    const params = this.#isKnown ? { threadId: this.threadId } : { cwd: this.#cwd };
    const method = this.#isKnown ? 'thread/resume' : 'thread/start';
    const settings = { approvalPolicy: this.#policy, sandbox: 'workspace-write' };
    const { thread } = await this.#server.request(method, { ...params, ...settings });
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

  async #answer(method, { command = method }) {
    this.isAsking = true;
    const decision = await this.askLeave(command);
    this.isAsking = false;
    return { decision };
  }

  /** What it does, in the words of the CLI's log. */
  #note(method, { type, command, exitCode, changes = [] }) {
    const isDone = method === 'item/completed';
    if (type === 'commandExecution' && !isDone) this.log(`[codex] Running: ${command}`);
    if (type === 'commandExecution' && isDone) this.log(`command: ${command} (exit ${exitCode ?? '?'})`);
    if (type === 'fileChange' && isDone)
      for (const { path, kind } of changes) this.log(`[codex] Edited: ${path} (${kind.type})`);
  }

  #hear(method, params) {
    if (params?.threadId !== this.threadId) return;
    if (method === 'item/agentMessage/delta') this.output += params.delta;
    if (method === 'item/started' || method === 'item/completed') this.#note(method, params.item);
    if (method === 'turn/started') this.#turnId = params.turn.id;
    if (method === 'turn/completed') this.#resolve(params.turn.status);
  }
}
