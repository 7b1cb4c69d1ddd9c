import { join } from 'node:path';
import { OutsideProcess, type Answer } from './outsideProcess';

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
