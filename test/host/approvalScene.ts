import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DisposableStore } from '../../src/base/disposable';
import { Emitter } from '../../src/base/event';
import { silentLog } from '../../src/base/log';
import { isProcessAlive } from '../../src/state/processes';
import { SharedState } from '../../src/state/sharedState';
import { defaultRootPath, StateRoot } from '../../src/state/stateRoot';
import { ArchivedThreads } from '../../src/threads/archivedThreads';
import { DeletedThreads } from '../../src/threads/deletedThreads';
import { LiveRuns } from '../../src/threads/liveRuns';
import type { ApprovalPolicy } from '../../src/threads/runOptions';
import { ScopedThreads } from '../../src/threads/scopedThreads';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadSync } from '../../src/threads/threadSync';
import { UtilityServer } from '../../src/threads/utilityServer';
import { WorkspaceScope } from '../../src/threads/workspaceScope';
import { StatusBar } from '../../src/views/statusBar';
import { ThreadsTree } from '../../src/views/threadsTree';
import { ThreadsView } from '../../src/views/threadsView';
import { CommandId, Setting, SETTINGS_SECTION } from '../../src/vscode/contributions';
import { eventually } from '../support/eventually';
import { ScriptedHistories } from './scriptedHistories';

/** A message of the extension, and the click on one of its buttons (or its cross). */
export interface Message {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly click: (button?: string) => void;
}

/** What views hand to VS Code. */
interface Shown {
  tree?: ThreadsTree;
  badge?: vscode.ViewBadge | undefined;
  /** Unset while it is hidden. */
  statusBar?: string;
}

/**
 * The extension that runs in this host, with the real codex and a person who types and clicks; and the views of a
 * second window, which knows of it what the shared folder says. VS Code tells nobody what it shows: what the
 * extension asks of it is overheard on the way.
 */
export class ApprovalScene {
  readonly folder: string;
  readonly root: StateRoot;
  /** By the second window. */
  readonly shown: Readonly<Shown>;
  /** The context keys that were set since the scene began. */
  readonly contextKeys = new Map<string, unknown>();
  readonly #messages: Message[] = [];
  readonly #calls: (readonly unknown[])[] = [];
  readonly #store: ThreadStore;
  readonly #state: SharedState;
  readonly #lifetime = new DisposableStore();
  readonly #pids = new Set<number>();
  #box: vscode.InputBox | undefined;

  static async open(): Promise<ApprovalScene> {
    await vscode.extensions.getExtension('codex-collab.codex-collab')?.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder is open');
    const root = new StateRoot(defaultRootPath(process.env, process.platform));
    const scene = new ApprovalScene(folder, root, await WorkspaceScope.of([folder], root, true));
    // VS Code may have an API object of its own for ES modules, of which the extension is one.
    scene.#overhear(await import('vscode'));
    await scene.#state.start();
    return scene;
  }

  private constructor(folder: string, root: StateRoot, scope: WorkspaceScope) {
    this.folder = folder;
    this.root = root;
    this.#store = this.#lifetime.add(new ThreadStore());
    this.#state = new SharedState({ root, log: silentLog });
    this.#lifetime.add(new ThreadSync(this.#state, this.#lifetime.add(new LiveRuns()), this.#store));
    const threads = this.#lifetime.add(new ScopedThreads(this.#store));
    threads.setScope(scope);
    this.shown = showThreads(threads, root, this.#lifetime);
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

  /** Waits until the change has arrived: it would close a prompt box that is open. */
  async setPolicy(policy: ApprovalPolicy | undefined): Promise<void> {
    const key = `${SETTINGS_SECTION}.${Setting.approvalPolicy}`;
    await vscode.workspace.getConfiguration().update(key, policy, vscode.ConfigurationTarget.Global);
    await eventually(
      () => vscode.workspace.getConfiguration().inspect(key)?.globalValue,
      (value) => assert.equal(value, policy),
    );
  }

  /** *Codex: Run Task*: types the prompt, and Enter. */
  async runTask(prompt: string): Promise<void> {
    this.#box = undefined;
    void vscode.commands.executeCommand(CommandId.runTask); // it ends with the last of its messages
    const box = await eventually(
      () => this.#box,
      (created) => assert.ok(created !== undefined, this.#said()),
    );
    assert.ok(box !== undefined);
    box.value = prompt;
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }

  /** The one thread that waits, once the second window sees it. */
  async waiting(): Promise<Thread> {
    const [thread] = await eventually(
      () => this.active,
      (active) => assert.deepEqual(statuses(active), ['needsYou'], this.#said()),
    );
    assert.ok(thread?.ownerPid !== undefined);
    this.#pids.add(thread.ownerPid);
    return thread;
  }

  /** Waits for the end of a turn, and gives back how it ended. */
  async ended({ id }: Thread): Promise<string | undefined> {
    await eventually(
      () => this.active,
      (active) => assert.deepEqual(statuses(active), [], this.#said()),
    );
    return this.#store.get(id)?.status;
  }

  /** The message that says so; it counts once. */
  async message(pattern: RegExp): Promise<Message> {
    const place = await eventually(
      () => this.#messages.findIndex(({ text }) => pattern.test(text)),
      (found) => assert.ok(found >= 0, this.#said()),
    );
    return this.#messages.splice(place, 1)[0] ?? assert.fail();
  }

  /** What that command was last called with. */
  async called(command: string): Promise<readonly unknown[]> {
    const call = await eventually(
      () => this.#calls.findLast(([name]) => name === command) ?? [],
      (found) => assert.equal(found[0], command),
    );
    return call.slice(1);
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
      for (const message of this.#messages) message.click();
      this.#lifetime.dispose();
      await this.#state.dispose();
    }
  }

  #said(): string {
    return this.#messages.map(({ text }) => text).join('\n');
  }

  #overhear({ commands, window }: typeof vscode): void {
    const execute = commands.executeCommand.bind(commands);
    const createInputBox = window.createInputBox.bind(window);
    const tell = (text: string, ...rest: unknown[]): Promise<string | undefined> =>
      new Promise((click) => {
        const buttons = rest.filter((each) => typeof each === 'string');
        this.#messages.push({ text, buttons, click });
      });
    this.#lifetime.add(
      replace(window, {
        ...{ showInformationMessage: tell, showWarningMessage: tell, showErrorMessage: tell },
        createInputBox: () => {
          this.#box = createInputBox();
          return this.#box;
        },
      }),
    );
    this.#lifetime.add(
      replace(commands, {
        executeCommand: (command: string, ...args: unknown[]) => {
          if (command === 'setContext') this.contextKeys.set(String(args[0]), args[1]);
          else this.#calls.push([command, ...args]);
          return execute(command, ...args);
        },
      }),
    );
  }
}

/** The views of a window, on stand-ins for what VS Code would draw: the real ones belong to the extension. */
function showThreads(threads: ScopedThreads, root: StateRoot, lifetime: DisposableStore): Shown {
  const shown: Shown = {};
  const never = new Emitter<never>().event;
  const dispose = (): void => undefined;
  const server = lifetime.add(new UtilityServer(() => assert.fail('nobody opens the archive')));
  const deleted = new DeletedThreads(root.path);
  const archived = lifetime.add(new ArchivedThreads(server, root, deleted, () => true));
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

/** Puts `values` in place of what `target` has, until it is disposed. */
function replace(target: object, values: Readonly<Record<string, unknown>>): vscode.Disposable {
  const before = Object.keys(values).map((key) => [key, Reflect.get(target, key) as unknown] as const);
  Object.assign(target, values);
  return new vscode.Disposable(() => void Object.assign(target, Object.fromEntries(before)));
}
