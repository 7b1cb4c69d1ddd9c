import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isRecord, type UnknownRecord } from '../../../src/base/record';
import { nativeCodex } from '../../support/nativeCodex';
import { waitUntil } from '../../support/processes';
import type { ScratchHome } from '../../support/scratchHome';

/** What a test asserts of a turn that is over. */
export interface EndedTurn {
  readonly status: unknown;
  readonly errorInfo: unknown;
  /** The last message of the agent. */
  readonly answer: unknown;
  /** The completed items, in their order. */
  readonly items: readonly UnknownRecord[];
}

/**
 * A real app-server, spoken to line by line. Of its own, so that tests of the model stub say nothing about
 * the client of the extension.
 */
export class RawCodex {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  /** Everything that it has written so far: responses, notifications, requests. */
  readonly messages: UnknownRecord[] = [];
  #lastId = 0;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#ended = once(child, 'exit');
    child.stderr.resume();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message: unknown = JSON.parse(line);
      if (isRecord(message)) this.messages.push(message);
    });
  }

  static async start(home: ScratchHome, args: readonly string[] = []): Promise<RawCodex> {
    const env = { ...process.env, ...home.env };
    const child = spawn(await nativeCodex(), ['app-server', ...args], { cwd: home.home, env });
    const codex = new RawCodex(child);
    const capabilities = { experimentalApi: true };
    await codex.request('initialize', {
      clientInfo: { name: 'raw', title: null, version: '1' },
      capabilities,
    });
    return codex;
  }

  /** Closes its stdin, which ends it; the exit code. */
  async close(): Promise<number | null> {
    this.#child.stdin.end();
    await this.#ended;
    return this.#child.exitCode;
  }

  async request(method: string, params: object): Promise<UnknownRecord> {
    const id = ++this.#lastId;
    this.#write({ id, method, params });
    const isAnswer = (message: UnknownRecord): boolean => message.id === id && message.method === undefined;
    const { result, error } = await waitUntil(() => this.messages.find(isAnswer), {
      timeoutMs: 10_000,
      what: `the answer to ${method}`,
    });
    if (!isRecord(result)) throw new Error(`${method} failed: ${JSON.stringify(error)}`);
    return result;
  }

  answer(id: unknown, result: object): void {
    this.#write({ id, result });
  }

  /** Params of the first message of this method, also when it has come already; requests add their `id`. */
  async heard(
    method: string,
    matches: (params: UnknownRecord) => boolean = () => true,
  ): Promise<UnknownRecord> {
    const found = (): UnknownRecord | undefined => this.heardSoFar(method).find(matches);
    return waitUntil(found, { timeoutMs: 10_000, what: `a message ${method}` });
  }

  heardSoFar(method: string): UnknownRecord[] {
    return this.messages
      .filter((message) => message.method === method)
      .map(({ id, params }) => ({ id, ...(isRecord(params) ? params : {}) }));
  }

  async startThread(cwd: string, options: object = {}): Promise<string> {
    const defaults = { cwd, approvalPolicy: 'never', sandbox: 'workspace-write' };
    const { thread } = await this.request('thread/start', { ...defaults, ...options });
    return isRecord(thread) ? String(thread.id) : '';
  }

  /** Starts a turn and returns when it runs; its id. */
  async startTurn(threadId: string, prompt: string): Promise<string> {
    const input = [{ type: 'text', text: prompt, text_elements: [] }];
    const { turn } = await this.request('turn/start', { threadId, input });
    const id = isRecord(turn) ? String(turn.id) : '';
    await this.heard('turn/started', (params) => isRecord(params.turn) && params.turn.id === id);
    return id;
  }

  async turnEnded(turnId: string): Promise<EndedTurn> {
    const isIt = ({ turn }: UnknownRecord): boolean => isRecord(turn) && turn.id === turnId;
    const { turn } = await this.heard('turn/completed', isIt);
    const items = this.heardSoFar('item/completed')
      .filter((params) => params.turnId === turnId)
      .flatMap(({ item }) => (isRecord(item) ? [item] : []));
    const { status, error } = isRecord(turn) ? turn : {};
    return {
      status,
      errorInfo: isRecord(error) ? error.codexErrorInfo : null,
      answer: items.findLast(({ type }) => type === 'agentMessage')?.text,
      items,
    };
  }

  #write(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
