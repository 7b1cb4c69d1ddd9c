import { type ChildProcess, spawn } from 'node:child_process';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { environmentOfChild } from './appServerProcess';

/**
 * Reads lines until its stdin ends, which it does with whoever holds the other end, also by SIGKILL. The last line
 * names the marks of the app-servers that were under way then; with any, it becomes the program that ends them.
 */
const SCRIPT = 'set -f; while read -r line; do marks=$line; done; [ -z "$marks" ] || exec "$@" $marks';

/** What the script is called in a list of processes. */
const NAME = 'codex-collab-guard';

/**
 * A process that outlives this one by a moment, so that no app-server and no command of one is left when this one
 * is killed. While nothing happens it is a shell that waits, of about 1 MB; it is there while app-servers are. None on
 * Windows, where what carries a mark cannot be found.
 */
export class ServerGuard implements Disposable {
  readonly #program: readonly string[];
  readonly #log: Log;
  readonly #marks = new Set<string>();
  #shell: ChildProcess | undefined;
  #isDisposed = false;

  /**
   * @param program what is run, with the marks as further arguments: an executable for which
   * `ELECTRON_RUN_AS_NODE` is set, and its arguments
   */
  constructor(program: readonly string[], log: Log) {
    this.#program = program;
    this.#log = log;
  }

  /** The process that waits; undefined while there is no app-server. */
  get pid(): number | undefined {
    return this.#shell?.pid;
  }

  /** Answers for an app-server, from before it is spawned until what this gives is disposed. Never throws. */
  watch(marker: string): Disposable {
    this.#marks.add(marker);
    this.#tell();
    return {
      dispose: () => {
        this.#marks.delete(marker);
        this.#tell();
        if (this.#marks.size === 0) this.#letGo();
      },
    };
  }

  /** What is still under way has a moment for its own end from now on. */
  dispose(): void {
    this.#isDisposed = true;
    this.#letGo();
  }

  #tell(): void {
    if (this.#isDisposed || process.platform === 'win32') return;
    if (this.#marks.size > 0) this.#shell ??= this.#start();
    this.#shell?.stdin?.write(`${[...this.#marks].join(' ')}\n`);
  }

  #letGo(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #start(): ChildProcess {
    const shell: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT, NAME, ...this.#program], {
      cwd: '/',
      env: { ...environmentOfChild(process.env), ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'ignore', 'ignore'],
      // What is sent to the group of this process, such as Ctrl+C, is not for it.
      detached: true,
    });
    shell.once('error', (error) => this.#log.warn(`No guard of Codex processes: ${errorText(error)}`));
    // It is going, and the next app-server starts another; there is no pipe where there is no process.
    shell.stdin?.on('error', (error) => this.#log.debug(`guard: ${errorText(error)}`));
    shell.once('exit', () => {
      if (this.#shell === shell) this.#shell = undefined;
    });
    shell.unref();
    return shell;
  }
}
