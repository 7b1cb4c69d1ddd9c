import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** How a command of an outside program ended. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of an outside program that is under way. */
export class OutsideProcess {
  /** Never rejects. */
  readonly ended: Promise<Answer>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Asks it to end. */
  async stop(): Promise<Answer> {
    if (!this.hasEnded) this.#child.kill('SIGTERM');
    return await this.ended;
  }

  async kill(): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** Somebody in a terminal: runs programs that act as one generation of the CLI, in one folder. */
export class Outside {
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes: OutsideProcess[] = [];

  /** `env` is laid over our own and says where the home folder is. */
  constructor(cwd: string, env: Readonly<Record<string, string>>) {
    this.#cwd = cwd;
    this.#env = { ...process.env, ...env };
  }

  /** A command of generation A, to its end. */
  a(...args: string[]): Promise<Answer> {
    return this.start('generationA.mjs', ...args).ended;
  }

  /** A command of generation B, to its end. */
  b(...args: string[]): Promise<Answer> {
    return this.start('generationB.mjs', ...args).ended;
  }

  /** Starts a program of `programs/`. */
  start(program: string, ...args: string[]): OutsideProcess {
    return this.#add([join(import.meta.dirname, 'programs', program), ...args]);
  }

  /** Starts a process that only lives. */
  idle(): OutsideProcess {
    return this.#add(['-e', 'setInterval(() => {}, 1000)']);
  }

  /** Ends what is left. */
  async dispose(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill()));
  }

  #add(args: readonly string[]): OutsideProcess {
    const started = new OutsideProcess(args, this.#cwd, this.#env);
    this.#processes.push(started);
    return started;
  }
}
