import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { errorText } from '../base/userError';
import type { Log } from '../base/log';
import type { CodexBinary } from './codexBinary';
import { LineSplitter } from './lineSplitter';
import { MARKER_VARIABLE } from './markedProcesses';
import type { ServerGuard } from './serverGuard';

/** How an app-server ended: because we asked it to, or by itself (or by somebody else's signal). */
export type AppServerExit =
  | { kind: 'stopped' }
  | {
      kind: 'exited';
      code: number | null;
      signal: NodeJS.Signals | null;
      /** The last lines of its stderr, at most 20, oldest first. */
      stderrTail: readonly string[];
    };

/** Milliseconds given to each step of a stop before the next, harsher one. */
export interface StopGrace {
  /** After closing stdin, on which codex ends its turns and their commands, and exits. */
  stdinMs: number;
  /** After SIGTERM. */
  termMs: number;
}

export interface AppServerProcessOptions {
  codex: CodexBinary;
  /** An existing folder: relative paths in requests are resolved against it. */
  cwd: string;
  /** The environment to start from; what belongs to our host alone is taken out. */
  env: NodeJS.ProcessEnv;
  /** Arguments after `app-server`, for instance `['-c', 'key=value']`. */
  extraArgs: readonly string[];
  stopGrace: StopGrace;
  /** Ends the child when we cannot. */
  guard: ServerGuard | undefined;
  log: Log;
}

const keptStderrLines = 20;
const maxStderrLineBytes = 1024 * 1024;
const maxLoggedCharacters = 2000;

/** A command that codex left behind may hold the pipes open: so long we wait for their end after the exit. */
const pipeGraceMs = 500;

/** One child `codex app-server`, from its spawn to its end. Its owner calls {@link stop}. */
export class AppServerProcess {
  readonly pid: number;
  /** Stands in the environment of the child and of everything below it; see `leftoverProcesses`. */
  readonly marker: string;
  /** Settles when the child is gone and its output has been read; never rejects. */
  readonly exited: Promise<AppServerExit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: AppServerProcessOptions;
  readonly #gone = new AbortController();
  readonly #stderrTail: string[] = [];
  #isStopping = false;

  /** Rejects with Node's own error (`ENOENT`, `EACCES`…) when there is no process to speak of. */
  static async start(options: AppServerProcessOptions): Promise<AppServerProcess> {
    const { command, args } = options.codex;
    const marker = randomUUID();
    const watched = options.guard?.watch(marker);
    try {
      const child = spawn(command, [...args, 'app-server', ...options.extraArgs], {
        cwd: options.cwd,
        env: { ...environmentOfChild(options.env), [MARKER_VARIABLE]: marker },
        stdio: 'pipe',
        windowsHide: true,
      });
      child.once('exit', () => watched?.dispose());
      await once(child, 'spawn');
      if (child.pid === undefined) throw new Error(`${command} was spawned without a process id`);
      return new AppServerProcess(child, child.pid, marker, options);
    } catch (error) {
      watched?.dispose();
      throw error;
    }
  }

  private constructor(
    child: ChildProcessWithoutNullStreams,
    pid: number,
    marker: string,
    options: AppServerProcessOptions,
  ) {
    this.pid = pid;
    this.marker = marker;
    this.#child = child;
    this.#options = options;
    this.exited = this.#watchEnd();
    this.#watchErrors();
    this.#collectStderr();
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  get stdout(): Readable {
    return this.#child.stdout;
  }

  /** Ends the child, gently first; settles with {@link exited}. Further calls only return that. */
  stop(grace: StopGrace = this.#options.stopGrace): Promise<AppServerExit> {
    if (!this.#isStopping && !this.#gone.signal.aborted) {
      this.#isStopping = true;
      this.#child.stdin.end();
      void this.#escalate(grace);
    }
    return this.exited;
  }

  async #escalate({ stdinMs, termMs }: StopGrace): Promise<void> {
    if (await this.#endsWithin(stdinMs)) return;
    // Windows has no SIGTERM: Node would end the child at once there and leave its own children.
    if (process.platform !== 'win32') {
      this.#options.log.warn(`codex (pid ${this.pid}) did not end when its stdin was closed: SIGTERM`);
      this.#child.kill('SIGTERM');
    }
    if (await this.#endsWithin(termMs)) return;
    this.#options.log.warn(`codex (pid ${this.pid}) still did not end: killed`);
    if (process.platform === 'win32') this.#killTree();
    else this.#child.kill('SIGKILL');
  }

  async #endsWithin(ms: number): Promise<boolean> {
    try {
      await delay(ms, undefined, { signal: this.#gone.signal });
      return false;
    } catch {
      return true; // only the abort that says "gone" ends the delay early
    }
  }

  #killTree(): void {
    const taskkill = spawn('taskkill', ['/pid', String(this.pid), '/T', '/F'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    taskkill.once('error', (error) => {
      this.#options.log.warn(`taskkill failed: ${error.message}`);
      this.#child.kill('SIGKILL');
    });
  }

  async #watchEnd(): Promise<AppServerExit> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      this.#child.once('exit', (...how) => resolve(how));
    });
    this.#gone.abort();
    await Promise.race([closed, delay(pipeGraceMs, undefined, { ref: false })]);
    for (const stream of this.#streams) stream.destroy();
    if (this.#isStopping) return { kind: 'stopped' };
    return { kind: 'exited', code, signal, stderrTail: [...this.#stderrTail] };
  }

  /** A broken pipe only says that the child is going, which its exit says better. */
  #watchErrors(): void {
    const note = (error: unknown): void => this.#options.log.debug(`codex: ${errorText(error)}`);
    for (const source of [this.#child, ...this.#streams]) source.on('error', note);
  }

  get #streams(): (Readable | Writable)[] {
    return [this.#child.stdin, this.#child.stdout, this.#child.stderr];
  }

  #collectStderr(): void {
    const keep = (line: string): void => {
      const text = stripVTControlCharacters(line).trimEnd().slice(0, maxLoggedCharacters);
      if (text === '') return;
      this.#options.log.debug(`codex stderr: ${text}`);
      this.#stderrTail.push(text);
      if (this.#stderrTail.length > keptStderrLines) this.#stderrTail.shift();
    };
    const splitter = new LineSplitter(maxStderrLineBytes, {
      onLine: (line) => keep(line.toString()),
      onOverlongLine: (bytes) => keep(`(a line of ${bytes} bytes)`),
    });
    this.#child.stderr.on('data', (chunk: Buffer) => splitter.push(chunk));
    this.#child.stderr.once('end', () => splitter.end());
  }
}

/** One phrase for logs and messages, like `codex exited (code 3): the last line it wrote to stderr`. */
export function describeExit(exit: AppServerExit): string {
  if (exit.kind === 'stopped') return 'codex was stopped';
  const how =
    exit.signal === null ? `exited (code ${exit.code ?? 'unknown'})` : `was killed (${exit.signal})`;
  const lastLine = exit.stderrTail.at(-1);
  return lastLine === undefined ? `codex ${how}` : `codex ${how}: ${lastLine}`;
}

/**
 * Electron's and the editor's variables would change what Node programs below codex do (its npm launcher, MCP
 * servers, commands), and CODEX_COLLAB_RUN_ID would make a child of ours pass for another run's.
 */
export function environmentOfChild(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const unwanted = /^(ELECTRON_RUN_AS_NODE|VSCODE_.*|CODEX_COLLAB_RUN_ID|NODE_OPTIONS)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !unwanted.test(name)));
}
