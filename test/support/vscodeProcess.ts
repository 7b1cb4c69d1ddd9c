import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { findProcesses, isSameProcess, killNow } from './processFamily';
import type { FoundProcess } from './processFamily';

/** The last lines of a process can arrive after its end; a pipe that a child keeps open would never close. */
const lastWordsMs = 200;

/**
 * A server that we started, with everything that it started in turn: extension hosts, codex, shells. It ends
 * with `end`, and by force when this Node process exits before that.
 */
export class VsCodeProcess {
  readonly #child: ChildProcess;
  readonly #mark: string;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<(line: string) => void>();
  readonly #onExit = (): void => killNow(this.#family());
  /** Resolves with the reason once the server itself is gone. */
  readonly exited: Promise<string>;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#mark = randomUUID();
    this.#child = spawn(command, args, {
      env: { ...env, CODEX_COLLAB_TEST_MARK: this.#mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C is for us: we end the server in our own order.
      detached: true,
    });
    this.exited = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('exit', (code, signal) => {
        const end = (): void => resolve(`exit code ${code ?? signal ?? 'unknown'}`);
        this.#child.on('close', end);
        setTimeout(end, lastWordsMs);
      });
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    }
    // Before the listeners that remove the folders it writes to.
    process.prependListener('exit', this.#onExit);
  }

  /** Everything the server printed so far, for messages about what went wrong. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** Resolves with the match of the first printed line that fits. */
  async firstLine(pattern: RegExp, deadlineMs = 60_000): Promise<RegExpExecArray> {
    const past = this.#lines.map((line) => pattern.exec(line)).find((match) => match !== null);
    if (past !== undefined) return past;
    const stop = new AbortController();
    let listener: (line: string) => void = () => undefined;
    const match = new Promise<RegExpExecArray>((resolve) => {
      listener = (line) => {
        const found = pattern.exec(line);
        if (found !== null) resolve(found);
      };
      this.#waiting.add(listener);
    });
    try {
      return await Promise.race([
        match,
        this.exited.then((reason) => this.#fail(`ended (${reason})`)),
        delay(deadlineMs, undefined, { signal: stop.signal }).then(() => this.#fail('is silent')),
      ]);
    } finally {
      stop.abort();
      this.#waiting.delete(listener);
    }
  }

  /** Ends the server and everything it started, by force after `politeMs`; resolves when all of it is gone. */
  async end(politeMs = 5_000): Promise<void> {
    const family = this.#family();
    this.#child.kill('SIGTERM');
    const isGone = (): boolean => !family.some(isSameProcess);
    const deadline = performance.now() + politeMs;
    while (!isGone() && performance.now() < deadline) await delay(50);
    killNow([...family.filter(isSameProcess), ...this.#family()]);
    await this.exited;
    process.off('exit', this.#onExit);
  }

  #hear(line: string): void {
    this.#lines.push(line);
    for (const listener of [...this.#waiting]) listener(line);
  }

  #family(): FoundProcess[] {
    return this.#child.pid === undefined ? [] : findProcesses(this.#child.pid, this.#mark);
  }

  #fail(what: string): never {
    throw new Error(`The editor's server ${what}. It printed:\n${this.output}`);
  }
}
