import { join } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import type { Disposable } from './base/disposable';
import { offerResume } from './commands/offerResume';
import { registerCommands } from './commands/registerCommands';
import { SharedState } from './state/sharedState';
import { defaultRootPath, StateRoot } from './state/stateRoot';
import { ArchivedThreads } from './threads/archivedThreads';
import { CodexLauncher } from './threads/codexLauncher';
import { ThreadRemover } from './threads/deleteThread';
import { DeletedRuns } from './threads/deletedRuns';
import { DeletedThreads } from './threads/deletedThreads';
import { ThreadKiller } from './threads/killThread';
import { LiveRuns } from './threads/liveRuns';
import { OwnRuns } from './threads/ownRuns';
import { ThreadRenamer } from './threads/renameThread';
import { ThreadResumer } from './threads/resumeThread';
import { ScopedThreads } from './threads/scopedThreads';
import { TaskRunner } from './threads/taskRunner';
import { ThreadHolders } from './threads/threadHolder';
import { ThreadStore } from './threads/threadStore';
import { ThreadSync } from './threads/threadSync';
import { UtilityServer } from './threads/utilityServer';
import { WorkspaceScope } from './threads/workspaceScope';
import { ActivityContext } from './views/activityContext';
import { OutputDocuments } from './views/outputDocuments';
import { ScopeToggle } from './views/scopeToggle';
import { StateProblems } from './views/stateProblems';
import { StatusBar } from './views/statusBar';
import { ThreadsView } from './views/threadsView';
import { TurnNotifications } from './views/turnNotifications';
import { CodexContext } from './vscode/codexContext';
import { codexEnvironment } from './vscode/codexEnvironment';
import { ErrorReporter } from './vscode/errorReporting';
import { usePolling } from './vscode/settings';

/** Builds every object once, top to bottom, and hands each its collaborators; they end in reverse. */
export function activate({
  subscriptions,
  extension,
  globalStorageUri,
  workspaceState,
}: vscode.ExtensionContext): void {
  const lifetime = new DisposableStore();
  subscriptions.push(lifetime);
  const own = <T extends Disposable>(item: T): T => lifetime.add(item);

  const log = own(vscode.window.createOutputChannel('Codex', { log: true }));
  const errors = new ErrorReporter(log);
  const root = new StateRoot(defaultRootPath(process.env, process.platform));
  const store = own(new ThreadStore());
  const runs = own(new LiveRuns());
  const state = own(new SharedState({ root, log, usePolling: usePolling(), ownedPids: () => runs.pids() }));
  own(new ThreadSync(state, runs, store));
  own(new DeletedRuns(state, runs, log));
  const ownRuns = new OwnRuns(join(globalStorageUri.fsPath, 'runs'), root, log);
  const launcher = new CodexLauncher(codexEnvironment(extension), root, log);
  const tasks = new TaskRunner(launcher, root, runs, ownRuns, log);
  const resumer = new ThreadResumer(tasks, state);
  const server = own(new UtilityServer(() => launcher.start()));
  const killer = new ThreadKiller(runs, state, ownRuns, log);

  const threads = own(new ScopedThreads(store));
  const scopeOf = (folders: readonly string[]): Promise<WorkspaceScope> =>
    WorkspaceScope.of(folders, root, vscode.workspace.isTrusted);
  const scope = own(new ScopeToggle(threads, scopeOf, workspaceState, log));
  // Not before the scope is known: threads of other workspaces would flash by.
  const loaded = Promise.all([state.start(), scope.update()]);
  const deleted = new DeletedThreads(join(globalStorageUri.fsPath, 'deleted'));
  const archived = own(new ArchivedThreads(server, root, deleted, ({ cwd }) => threads.isInScope(cwd)));
  const view = own(new ThreadsView(threads, archived, loaded, log));
  const outputs = own(new OutputDocuments(store, runs, log));
  own(new StatusBar(threads));
  own(new ActivityContext(threads));
  own(new TurnNotifications(store, runs, log));
  own(new StateProblems(state, (message) => view.setMessage(message), errors));
  const codex = own(new CodexContext(() => launcher.isFound()));

  own(
    registerCommands({
      store,
      threads,
      resumer,
      killer,
      remover: new ThreadRemover(killer, state, server, deleted, () => archived.invalidate(), log),
      renamer: new ThreadRenamer(state, server),
      holders: new ThreadHolders(store, state),
      archived,
      selection: () => view.selectedThreads(),
      selectedArchived: () => view.selectedArchived(),
      runs,
      tasks,
      findCodex: () => launcher.find(),
      errors,
      reveal: (threadId) => view.reveal(threadId),
      showOutput: (threadId, preserveFocus) => outputs.show(threadId, preserveFocus),
      showMore: (node) => view.showMore(node),
      showWorkspaces: (choice) => scope.choose(choice),
      refresh: async () => {
        await Promise.all([state.refresh(), codex.update()]);
      },
      showLog: () => log.show(),
    }),
  );
  const repair = async (): Promise<void> => {
    await loaded;
    const lost = await ownRuns.repair();
    if (lost.length === 0) return;
    await state.refresh();
    await offerResume({ threads, resumer, errors }, lost);
  };
  repair().catch((error: unknown) => errors.report(error));
}
