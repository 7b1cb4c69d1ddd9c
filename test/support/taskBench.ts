import { join } from 'node:path';
import { SharedState } from '../../src/state/sharedState';
import { StateRoot } from '../../src/state/stateRoot';
import { silentLog } from '../../src/base/log';
import { ApprovalAnswerer } from '../../src/threads/answerApproval';
import { archiveThread } from '../../src/threads/archiveThread';
import { ArchivedThreads } from '../../src/threads/archivedThreads';
import { CodexLauncher } from '../../src/threads/codexLauncher';
import type { StateLayoutChoice } from '../../src/threads/codexLauncher';
import { ThreadRemover } from '../../src/threads/deleteThread';
import { DeletedRuns } from '../../src/threads/deletedRuns';
import { DeletedThreads } from '../../src/threads/deletedThreads';
import { HistoryReader } from '../../src/threads/history/historyReader';
import { LoggedRuns } from '../../src/threads/history/loggedRuns';
import { ThreadImporter } from '../../src/threads/importThreads';
import { ThreadKiller } from '../../src/threads/killThread';
import { LiveRuns } from '../../src/threads/liveRuns';
import { PromptLookup } from '../../src/threads/promptLookup';
import type { RunPreferences } from '../../src/threads/runOptions';
import { OwnRuns } from '../../src/threads/ownRuns';
import { ThreadResumer } from '../../src/threads/resumeThread';
import { TaskRunner } from '../../src/threads/taskRunner';

import { ThreadEnterer } from '../../src/threads/threadEnterer';
import { ThreadHolders } from '../../src/threads/threadHolder';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadSync } from '../../src/threads/threadSync';
import { UtilityServer } from '../../src/threads/utilityServer';
import type { TurnRun } from '../../src/threads/turnRun';
import { ModelStub } from './modelStub/modelStub';
import { nativeCodex } from './nativeCodex';
import { assertNoProcessOf } from './processes';
import { createScratchHome } from './scratchHome';
import type { ScratchHome } from './scratchHome';

export interface TaskBenchOptions {
  /** Instead of the real codex of the devDependency. */
  readonly codexPath?: string;
  readonly preferences?: RunPreferences;
  /** `auto` by default. */
  readonly stateLayout?: StateLayoutChoice;
  /** Further lines of codex's config.toml. */
  readonly config?: string;
}

/** Everything below the editor, wired as the extension does it, on a scratch home with the offline model. */
export class TaskBench {
  readonly stub: ModelStub;
  readonly home: ScratchHome;
  readonly folder: string;
  readonly root: StateRoot;
  readonly runs = new LiveRuns();
  readonly store = new ThreadStore();
  readonly state: SharedState;
  readonly ownRuns: OwnRuns;
  readonly launcher: CodexLauncher;
  readonly tasks: TaskRunner;
  readonly killer: ThreadKiller;
  readonly answerer: ApprovalAnswerer;
  readonly resumer: ThreadResumer;
  readonly remover: ThreadRemover;
  readonly holders: ThreadHolders;
  readonly archived: ArchivedThreads;
  readonly importer: ThreadImporter;
  readonly histories: HistoryReader;
  readonly prompts: PromptLookup;
  readonly #server: UtilityServer;
  readonly #sync: ThreadSync;
  readonly #deletedRuns: DeletedRuns;

  static async open(options: TaskBenchOptions = {}): Promise<TaskBench> {
    const stub = await ModelStub.start();
    const config = options.config === undefined ? {} : { config: options.config };
    const home = await createScratchHome({ modelBaseUrl: stub.baseUrl, ...config });
    const codexPath = options.codexPath ?? (await nativeCodex());
    const bench = new TaskBench(stub, home, await home.workspace('sample'), codexPath, options);
    await bench.state.start();
    return bench;
  }

  private constructor(
    stub: ModelStub,
    home: ScratchHome,
    folder: string,
    codexPath: string,
    options: TaskBenchOptions,
  ) {
    this.stub = stub;
    this.home = home;
    this.folder = folder;
    this.root = new StateRoot(home.stateRoot);
    this.state = new SharedState({ root: this.root, log: silentLog, ownedPids: () => this.runs.pids() });
    const environment = {
      codexPath: () => codexPath,
      env: () => ({ ...process.env, ...home.env }),
      homeDir: home.home,
      preferences: () => options.preferences ?? {},
      stateLayout: () => options.stateLayout ?? 'auto',
      clientVersion: '0.0.0-test',
    };
    this.ownRuns = new OwnRuns(join(home.home, 'own-runs'), this.root, silentLog);
    this.launcher = new CodexLauncher(environment, this.root, silentLog);
    this.tasks = new TaskRunner(this.launcher, this.root, this.runs, this.ownRuns, silentLog);
    this.killer = new ThreadKiller(this.runs, this.state, this.ownRuns, silentLog);
    this.answerer = new ApprovalAnswerer(this.runs, this.state);
    this.resumer = new ThreadResumer(this.tasks, this.state);
    this.#server = new UtilityServer(() => this.launcher.start());
    this.prompts = new PromptLookup(this.#server, silentLog);
    this.#sync = new ThreadSync(this.state, this.runs, this.store, this.prompts);
    const archive = (id: string): Promise<void> => archiveThread(this.#server, id);
    this.#deletedRuns = new DeletedRuns(this.state, this.runs, archive, silentLog);
    const deleted = new DeletedThreads(join(home.home, 'deleted'));
    const [state, server] = [this.state, this.#server];
    const enterer = new ThreadEnterer(server, this.root, state, environment.stateLayout, silentLog);
    this.archived = new ArchivedThreads(server, enterer, deleted, () => true);
    const [killer, deletedRuns, onDidArchive] = [this.killer, this.#deletedRuns, (): void => undefined];
    const parts = { killer, state, server, deleted, deletedRuns, onDidArchive, log: silentLog };
    this.remover = new ThreadRemover(parts);
    this.importer = new ThreadImporter(server, enterer, state, silentLog);
    this.holders = new ThreadHolders(this.store, this.state);
    const logged = new LoggedRuns(state, this.store, silentLog);
    this.histories = new HistoryReader({
      server,
      runs: this.runs,
      store: this.store,
      logged,
      log: silentLog,
    });
  }

  /** Runs a prompt as the command does, without the typing. */
  async run(prompt: string, folder = this.folder): Promise<TurnRun> {
    const prepared = await this.tasks.prepare(folder);
    try {
      return await this.tasks.start(prepared, prompt);
    } finally {
      prepared.dispose();
    }
  }

  /** Goes on with a thread as the command does. */
  async resume(threadId: string, prompt: string): Promise<TurnRun> {
    const thread = this.store.get(threadId);
    if (thread === undefined) throw new Error(`No thread ${threadId}`);
    const prepared = await this.resumer.prepare(thread);
    try {
      return await this.resumer.start(prepared, prompt);
    } finally {
      prepared.dispose();
    }
  }

  /** Ends everything and fails when a process is left. */
  async close(): Promise<void> {
    await this.runs.stopAll('windowClosed');
    this.prompts.dispose();
    this.histories.dispose();
    this.#server.dispose();
    this.#sync.dispose();
    this.#deletedRuns.dispose();
    await this.state.dispose();
    await this.stub.stop();
    await assertNoProcessOf(this.home.home);
    await this.home.dispose();
  }
}
