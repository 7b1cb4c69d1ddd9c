import { dirname, join } from 'node:path';
import type { ServerGuard } from '../../src/appServer/serverGuard';
import { silentLog } from '../../src/base/log';
import { SharedState } from '../../src/state/sharedState';
import { StateRoot } from '../../src/state/stateRoot';
import { ApprovalAnswerer } from '../../src/threads/answerApproval';
import { CodexLauncher, type StateLayoutChoice } from '../../src/threads/codexLauncher';
import { ThreadKiller } from '../../src/threads/killThread';
import { LiveRuns } from '../../src/threads/liveRuns';
import { OwnRuns } from '../../src/threads/ownRuns';
import { TaskRunner } from '../../src/threads/taskRunner';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadSync } from '../../src/threads/threadSync';
import type { TurnRun } from '../../src/threads/turnRun';
import { eventually } from '../support/eventually';

export interface EditorWindowOptions {
  /** For windows that run something, in the environment of this process. */
  readonly codexPath?: string;
  /** `auto` by default. */
  readonly stateLayout?: StateLayoutChoice;
  readonly guard?: ServerGuard;
}

/** Where a window notes its runs under way. */
export function runsFolder(rootPath: string): string {
  return join(dirname(rootPath), 'own-runs');
}

/** What one window knows of the threads and does with them, wired as the extension does it. */
export class EditorWindow {
  readonly root: StateRoot;
  readonly store = new ThreadStore();
  readonly state: SharedState;
  readonly killer: ThreadKiller;
  readonly answerer: ApprovalAnswerer;
  readonly #runs = new LiveRuns();
  readonly #tasks: TaskRunner;
  readonly #sync: ThreadSync;

  static async open(rootPath: string, options: EditorWindowOptions = {}): Promise<EditorWindow> {
    const window = new EditorWindow(rootPath, options);
    await window.state.start();
    return window;
  }

  private constructor(rootPath: string, options: EditorWindowOptions) {
    const { codexPath = '', stateLayout = 'auto', guard } = options;
    this.root = new StateRoot(rootPath);
    const ownedPids = (): ReadonlySet<number> => this.#runs.pids();
    this.state = new SharedState({ root: this.root, log: silentLog, ownedPids });
    this.#sync = new ThreadSync(this.state, this.#runs, this.store);
    const homeDir = dirname(rootPath);
    const environment = {
      codexPath: () => codexPath,
      env: () => process.env,
      homeDir,
      preferences: () => ({}),
      stateLayout: () => stateLayout,
      clientVersion: '0.0.0-test',
    };
    const ownRuns = new OwnRuns(runsFolder(rootPath), this.root, silentLog);
    const launcher = new CodexLauncher(environment, this.root, silentLog, guard);
    this.#tasks = new TaskRunner(launcher, this.root, this.#runs, ownRuns, silentLog);
    this.answerer = new ApprovalAnswerer(this.#runs, this.state);
    this.killer = new ThreadKiller(this.#runs, this.state, ownRuns, silentLog);
  }

  /** Runs a prompt as the command does, without the typing. */
  async run(prompt: string, cwd: string): Promise<TurnRun> {
    const prepared = await this.#tasks.prepare(cwd);
    try {
      return await this.#tasks.start(prepared, prompt);
    } finally {
      prepared.dispose();
    }
  }

  async dispose(): Promise<void> {
    this.#sync.dispose();
    this.#runs.dispose();
    await this.state.dispose();
  }
}

/** A row in words: its status and who runs it (`running, cli`), or `no row`. */
export function rowText(thread: Thread | undefined): string {
  return thread === undefined ? 'no row' : `${thread.status}, ${thread.owner}`;
}

/** Waits until the row of a thread says this (see {@link rowText}). */
export async function rowBecomes(store: ThreadStore, threadId: string, wanted: string): Promise<void> {
  await eventually(
    () => rowText(store.get(threadId)),
    (text) => {
      if (text !== wanted) throw new Error(`The row says "${text}", not "${wanted}".`);
    },
  );
}

/** Every state that the row of a thread goes through from now on, in words, without repetitions. */
export function statesOfRow(store: ThreadStore, threadId: string): string[] {
  const seen = [rowText(store.get(threadId))];
  store.onDidChange((changes) => {
    for (const { id, after } of changes) {
      if (id === threadId && rowText(after) !== seen.at(-1)) seen.push(rowText(after));
    }
  });
  return seen;
}
