import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord, type UnknownRecord } from '../../../src/base/record';
import type { Log } from '../../../src/base/log';
import type { OpenDirectoryWatch } from '../../../src/state/directoryWatch';
import { SharedState, type SharedStateOptions } from '../../../src/state/sharedState';
import { StateRoot } from '../../../src/state/stateRoot';
import { removeFolder } from '../../support/removeFolder';

/** Long before any test. */
export const longAgo = '2026-01-02T03:04:05.678Z';

export function threadId(n: number): string {
  return `01a202fc-15c7-7880-9341-${n.toString().padStart(12, '0')}`;
}

export function shortId(n: number): string {
  return n.toString(16).padStart(8, '0');
}

/** An index entry of a thread that ended long ago. */
export function entry(n: number, fields: UnknownRecord = {}): UnknownRecord {
  const times = { createdAt: longAgo, updatedAt: longAgo };
  return { threadId: threadId(n), ...times, model: 'm', cwd: '/w', lastStatus: 'completed', ...fields };
}

/** The text of an index. */
export function indexOf(...entries: UnknownRecord[]): string {
  const pairs = entries.map((each) => [shortId(Number(String(each.threadId).slice(-12))), each]);
  return JSON.stringify(Object.fromEntries(pairs), null, 2);
}

/** An index entry that says running since long ago. */
export function running(n: number, fields: UnknownRecord = {}): UnknownRecord {
  return entry(n, { lastStatus: 'running', ...fields });
}

/** A scratch root with one other process that writes to it, and the model that is tested. */
export class SharedStateHome {
  readonly base: string;
  readonly root: StateRoot;
  readonly warnings: string[] = [];
  /** The ids of each event of the model, in order. */
  readonly events: string[][] = [];
  readonly #outsider: ChildProcess;
  readonly #states: SharedState[] = [];

  private constructor(base: string) {
    this.base = base;
    this.root = new StateRoot(join(base, '.codex-collab'));
    this.#outsider = fork(join(import.meta.dirname, 'outsideWriter.mjs'), { execArgv: [] });
  }

  static async create(): Promise<SharedStateHome> {
    return new SharedStateHome(await realpath(await mkdtemp(join(tmpdir(), 'shared-state-'))));
  }

  /** The pid of the other process, which lives until `killOutsider` or the end of the test. */
  get outsiderPid(): number {
    assert(this.#outsider.pid !== undefined);
    return this.#outsider.pid;
  }

  async start(options: Partial<SharedStateOptions> = {}): Promise<SharedState> {
    const ignore = (): void => undefined;
    const warn = (message: string): void => void this.warnings.push(message);
    const log: Log = { trace: ignore, debug: ignore, info: ignore, warn, error: warn };
    const state = new SharedState({ root: this.root, log, ...options });
    this.#states.push(state);
    await state.start();
    state.onDidChangeThreads((ids) => this.events.push([...ids].sort()));
    return state;
  }

  /** Writes a file of the root before the test begins, with the folders it needs. */
  async given(path: string, text: string): Promise<void> {
    const file = join(this.root.path, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  }

  /** Lets the other process do something; resolves when it is done, with the time of that (epoch ms). */
  async outside(action: string, details: UnknownRecord): Promise<number> {
    const answer = once(this.#outsider, 'message');
    this.#outsider.send({ action, ...details });
    const [message] = (await answer) as [unknown];
    assert(isRecord(message) && typeof message.doneAt === 'number', JSON.stringify(message));
    return message.doneAt;
  }

  /** Lets the other process replace a file of the root, as the CLI writes its index. */
  async replace(path: string, text: string): Promise<number> {
    return await this.outside('replace', { path: join(this.root.path, path), text });
  }

  async killOutsider(): Promise<void> {
    const exit = once(this.#outsider, 'exit');
    this.#outsider.kill('SIGKILL');
    await exit;
  }

  async readJson(path: string): Promise<unknown> {
    return JSON.parse(await readFile(join(this.root.path, path), 'utf8'));
  }

  async dispose(): Promise<void> {
    for (const state of this.#states) await state.dispose();
    if (this.#outsider.exitCode === null && this.#outsider.signalCode === null) await this.killOutsider();
    await removeFolder(this.base);
  }
}

/** Resolves when `condition` holds; fails with `what` when it still does not after `deadlineMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 4000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    assert(performance.now() < end, `not within ${deadlineMs} ms: ${what}`);
    await sleep(3);
  }
}

/** A watch that the system refuses, as it does when a user has too many. */
export const refusedWatch: OpenDirectoryWatch = (options) => {
  options.onError(
    Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' }),
  );
  return Promise.resolve({ close: () => Promise.resolve() });
};

/** The model as text, a line for each place of each thread, sorted. */
export function asText(state: SharedState): string[] {
  const lines = [...state.threadIds()].flatMap((id) =>
    state.threadsOnDisk(id).map(({ folder, shortId: short, entry: { lastStatus }, owner, killSignal }) => {
      const place = folder.key === '' ? 'global' : folder.key;
      return [place, short, id, lastStatus, owner?.kind, killSignal?.content].join(' ').trimEnd();
    }),
  );
  return lines.sort();
}
