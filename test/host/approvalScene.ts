import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DisposableStore } from '../../src/base/disposable';
import { Emitter } from '../../src/base/event';
import { silentLog } from '../../src/base/log';
import { isProcessAlive } from '../../src/state/processes';
import { SharedState } from '../../src/state/sharedState';
import { defaultRootPath, StateRoot } from '../../src/state/stateRoot';
import { ApprovalAnswerer } from '../../src/threads/answerApproval';
import { LiveRuns } from '../../src/threads/liveRuns';
import type { ApprovalPolicy } from '../../src/threads/runOptions';
import { ScopedThreads } from '../../src/threads/scopedThreads';
import type { Thread, ThreadStatus } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadSync } from '../../src/threads/threadSync';
import { WorkspaceScope } from '../../src/threads/workspaceScope';
import { StatusBar } from '../../src/views/statusBar';
import { ThreadsTree } from '../../src/views/threadsTree';
import { ThreadsView } from '../../src/views/threadsView';
import { CommandId, Setting, SETTINGS_SECTION } from '../../src/vscode/contributions';
import { eventually } from '../support/eventually';
import { Overheard, replace } from './overheard';
import type { Asked, Message } from './overheard';
import { ScriptedHistories } from './scriptedHistories';

/** What views hand to VS Code. */
interface Shown {
  tree?: ThreadsTree;
  badge?: vscode.ViewBadge | undefined;
  /** Unset while it is hidden. */
  statusBar?: string;
}

/**
 * The extension that runs in this host, with the real codex and a person who types and clicks; and the views of a
 * second window, which knows of it what the shared folder says.
 */
export class ApprovalScene {
  readonly folder: string;
  readonly root: StateRoot;
  /** By the second window. */
  readonly shown: Readonly<Shown>;
  readonly #store: ThreadStore;
  readonly #state: SharedState;
  readonly #answerer: ApprovalAnswerer;
  readonly #lifetime = new DisposableStore();
  readonly #pids = new Set<number>();
  readonly #heard: Overheard;

  static async open(): Promise<ApprovalScene> {
    await vscode.extensions.getExtension('codex-collab.codex-collab')?.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder is open');
    const root = new StateRoot(defaultRootPath(process.env, process.platform));
    const scope = await WorkspaceScope.of([folder], root, true);
    const scene = new ApprovalScene(folder, root, scope, new Overheard(await import('vscode')));
    await scene.#state.start();
    return scene;
  }

  private constructor(folder: string, root: StateRoot, scope: WorkspaceScope, heard: Overheard) {
    this.folder = folder;
    this.root = root;
    this.#heard = heard;
    this.#store = this.#lifetime.add(new ThreadStore());
    this.#state = new SharedState({ root, log: silentLog });
    const runs = this.#lifetime.add(new LiveRuns());
    this.#answerer = new ApprovalAnswerer(runs, this.#state);
    this.#lifetime.add(new ThreadSync(this.#state, runs, this.#store));
    const threads = this.#lifetime.add(new ScopedThreads(this.#store));
    threads.setScope(scope);
    this.shown = showThreads(threads, this.#lifetime);
  }

  /** The threads that are under way, as the second window knows them. */
  get active(): Thread[] {
    return this.#store.active();
  }

  /** The rows of *Needs You*: a line a row, with the context by which menus choose. */
  async needsYou(): Promise<string[]> {
    const tree = this.shown.tree ?? assert.fail('no tree');
    const roots = await tree.getChildren();
    const group = roots.find((node) => node.kind === 'group' && node.group === 'needsYou');
    if (group === undefined) return [];
    const items = (await tree.getChildren(group)).map((node) => tree.getTreeItem(node));
    return items.map(({ label, description, contextValue }) => {
      const title = typeof label === 'string' ? label : (label?.label ?? '');
      return `${title} · ${String(description)} [${contextValue}]`;
    });
  }

  /** The context keys that were set since the scene began. */
  get contextKeys(): ReadonlyMap<string, unknown> {
    return this.#heard.contextKeys;
  }

  /** The messages that nobody has asked for yet, a line each. */
  get said(): string {
    return this.#heard.said;
  }

  /** As the second window knows it. */
  thread(id: string): Thread | undefined {
    return this.#store.get(id);
  }

  /** All of those. */
  threads(): Thread[] {
    return [...this.#store.all()];
  }

  async setPolicy(policy: ApprovalPolicy | undefined): Promise<void> {
    await this.set('approvalPolicy', policy);
  }

  /** Waits until the change has arrived: it would close a prompt box that is open. */
  async set(setting: keyof typeof Setting, wanted: string | undefined): Promise<void> {
    const key = `${SETTINGS_SECTION}.${Setting[setting]}`;
    await vscode.workspace.getConfiguration().update(key, wanted, vscode.ConfigurationTarget.Global);
    await eventually(
      () => vscode.workspace.getConfiguration().inspect(key)?.globalValue,
      (value) => assert.equal(value, wanted),
    );
  }

  /** *Codex: Run Task*: types the prompt, and Enter. */
  async runTask(prompt: string): Promise<void> {
    void vscode.commands.executeCommand(CommandId.runTask); // it ends with the last of its messages
    await this.type(prompt);
  }

  /** Types into the box for a prompt once that is open, and Enter. */
  async type(prompt: string): Promise<Asked> {
    return await this.#heard.type(prompt);
  }

  /** Enter once more in the box that is still open; what stands in it. */
  async enterAgain(): Promise<string> {
    return await this.#heard.enterAgain();
  }

  /** The one thread that waits, once the second window sees it. */
  async waiting(): Promise<Thread> {
    return await this.#only('needsYou');
  }

  /** The one thread that runs, once the second window sees it. */
  async running(): Promise<Thread> {
    return await this.#only('running');
  }

  /** Approves what a thread waits for, from the second window. */
  async approve({ id, pendingApproval }: Thread): Promise<void> {
    await this.#answerer.answer(id, pendingApproval?.id ?? assert.fail('nothing is asked'), 'accept');
  }

  /** Waits for the end of a turn, and gives back how it ended. */
  async ended({ id }: Thread): Promise<string | undefined> {
    await eventually(
      () => this.active,
      (active) => assert.deepEqual(statuses(active), [], this.said),
    );
    return this.#store.get(id)?.status;
  }

  /** The message that says so; it counts once. */
  async message(pattern: RegExp): Promise<Message> {
    return await this.#heard.message(pattern);
  }

  /** What that command was last called with. */
  async called(command: string): Promise<readonly unknown[]> {
    return await this.#heard.called(command);
  }

  /** Ends what is under way, and fails when a process of a turn is left. */
  async close(): Promise<void> {
    try {
      for (const { id } of this.active) await vscode.commands.executeCommand(CommandId.killThread, { id });
      await eventually(
        () => [...this.#pids].filter(isProcessAlive),
        (left) => assert.deepEqual(left, []),
      );
    } finally {
      this.#heard.dispose();
      this.#lifetime.dispose();
      await this.#state.dispose();
    }
  }

  async #only(status: ThreadStatus): Promise<Thread> {
    const [thread] = await eventually(
      () => this.active,
      (active) => assert.deepEqual(statuses(active), [status], this.said),
    );
    assert.ok(thread?.ownerPid !== undefined);
    this.#pids.add(thread.ownerPid);
    return thread;
  }
}

/** The views of a window, on stand-ins for what VS Code would draw: the real ones belong to the extension. */
function showThreads(threads: ScopedThreads, lifetime: DisposableStore): Shown {
  const shown: Shown = {};
  const never = new Emitter<never>().event;
  const dispose = (): void => undefined;
  const page = (): never => assert.fail('nobody opens the archive');
  const archived = { page, invalidate: () => undefined, onDidChange: never };
  const questions = { pending: () => [], onDidChange: never };
  const stands = replace(vscode.window, {
    createTreeView: (_id: string, { treeDataProvider: tree }: { treeDataProvider: unknown }) => {
      assert.ok(tree instanceof ThreadsTree);
      shown.tree = tree;
      const events = { onDidCollapseElement: never, onDidChangeVisibility: never };
      return Object.assign(shown, { visible: false, dispose, ...events });
    },
    createStatusBarItem: () => {
      const hide = (): boolean => delete shown.statusBar;
      const item = { text: '', show: () => (shown.statusBar = item.text), hide, dispose };
      return item;
    },
  });
  const changesOf = (): Promise<never[]> => Promise.resolve([]);
  const [histories, wantPrompt] = [new ScriptedHistories(), (): void => undefined];
  const rows = { threads, histories, archived, questions, changesOf, wantPrompt };
  lifetime.add(new ThreadsView({ ...rows, loaded: Promise.resolve() }, silentLog));
  lifetime.add(new StatusBar(threads, questions));
  stands.dispose();
  return shown;
}

function statuses(threads: readonly Thread[]): string[] {
  return threads.map(({ status }) => status);
}
