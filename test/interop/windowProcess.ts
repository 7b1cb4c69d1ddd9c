import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { KillOutcome } from '../../src/threads/killThread';
import type { WindowRequest } from './windowProgram';

/** A row as a window in another process shows it. */
export interface ShownRow {
  readonly id: string;
  readonly status: string;
  readonly owner: string;
  readonly reason?: string;
}

interface WindowAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export interface WindowPlace {
  readonly root: string;
  readonly cwd: string;
  /** Laid over our own. */
  readonly env: Readonly<Record<string, string>>;
  readonly codex: string;
  readonly layout: 'global' | 'workspace';
}

/** A window in a process of its own. */
export class WindowProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: WindowAnswer) => void>();
  #lastId = 0;

  static async open({ root, cwd, env, codex, layout }: WindowPlace): Promise<WindowProcess> {
    const program = join(import.meta.dirname, 'windowProgram.ts');
    const options = { env: { ...process.env, ...env }, execArgv: ['--import', 'tsx'] };
    const child = fork(program, [root, codex, layout, cwd], options);
    await once(child, 'message');
    return new WindowProcess(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (answer: WindowAnswer) => this.#waiting.get(answer.id)?.(answer));
  }

  async run(prompt: string): Promise<string> {
    return (await this.#ask('run', prompt)) as string;
  }

  async kill(threadId: string): Promise<KillOutcome> {
    return (await this.#ask('kill', threadId)) as KillOutcome;
  }

  async rows(): Promise<ShownRow[]> {
    return (await this.#ask('rows')) as ShownRow[];
  }

  /** Ends it as a crash does, and not what it has started. */
  async crash(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #ask(verb: WindowRequest['verb'], operand = ''): Promise<unknown> {
    const id = ++this.#lastId;
    const request: WindowRequest = { id, verb, operand };
    const answer = new Promise<WindowAnswer>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send(request);
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
