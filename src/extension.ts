import { join } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import type { Disposable } from './base/disposable';
import { offerResume } from './commands/offerResume';
import type { OfferTargets } from './commands/offerResume';
import { registerCommands } from './commands/registerCommands';
import type { CommandTargets } from './commands/registerCommands';
import { sendPrompt } from './commands/sendPrompt';
import { questionRoot } from './state/questionMailbox';
import { QuestionWatch } from './state/questionWatch';
import { SharedState } from './state/sharedState';
import { defaultRootPath, StateRoot } from './state/stateRoot';
import { ApprovalAnswerer } from './threads/answerApproval';
import { ArchivedThreads } from './threads/archivedThreads';
import { recordedTurns } from './threads/changes/recordedTurns';
import { ThreadChanges } from './threads/changes/threadChanges';
import { CodexLauncher } from './threads/codexLauncher';
import { ThreadRemover } from './threads/deleteThread';
import { DeletedRuns } from './threads/deletedRuns';
import { DeletedThreads } from './threads/deletedThreads';
import { EventClaims } from './threads/eventClaims';
import { ThreadImporter } from './threads/importThreads';
import { ThreadKiller } from './threads/killThread';
import { HistoryReader } from './threads/history/historyReader';
import { LoggedRuns } from './threads/history/loggedRuns';
import { LiveRuns } from './threads/liveRuns';
import { OwnRuns } from './threads/ownRuns';
import { ProcessList } from './threads/processList';
import { PendingQuestions } from './threads/pendingQuestions';
import { ThreadRenamer } from './threads/renameThread';
import { ThreadResumer } from './threads/resumeThread';
import { ScopedThreads } from './threads/scopedThreads';
import { TaskRunner } from './threads/taskRunner';
import { ThreadCleaner } from './threads/threadCleaner';
import { ThreadHolders } from './threads/threadHolder';
import { ThreadStore } from './threads/threadStore';
import { ThreadSync } from './threads/threadSync';
import { UtilityServer } from './threads/utilityServer';
import { WorkspaceScope } from './threads/workspaceScope';
import { ActivityContext } from './views/activityContext';
import { AskNotifications } from './views/askNotifications';
import { ChangeDocuments } from './views/changeDocuments';
import { OutputDocuments } from './views/outputDocuments';
import { ScopeToggle } from './views/scopeToggle';
import { StateProblems } from './views/stateProblems';
import { StatusBar } from './views/statusBar';
import { ThreadsView } from './views/threadsView';
import { TranscriptEditors } from './views/transcriptEditors';
import type { TranscriptActions } from './views/transcriptSession';
import { TurnNotifications } from './views/turnNotifications';
import { CodexContext } from './vscode/codexContext';
import { codexEnvironment } from './vscode/codexEnvironment';
import { ErrorReporter } from './vscode/errorReporting';
import { usePolling } from './vscode/settings';

/** Builds every object once, top to bottom, and hands each its collaborators; they end in reverse. */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, extension, globalStorageUri, workspaceState } = context;
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
  const logged = new LoggedRuns(state, store, log);
  const histories = own(new HistoryReader({ server, runs, store, logged, log }));
  const asked = own(new QuestionWatch(questionRoot(), usePolling(), log));
  const questions = own(new PendingQuestions(asked, threads));
  const view = own(new ThreadsView(threads, histories, archived, questions, loaded, log));
  const outputs = own(new OutputDocuments(store, runs, log));
  own(new StatusBar(threads, questions));
  own(new ActivityContext(threads, questions));
  void asked.start();
  own(new TurnNotifications(runs, log));
  const claims = new EventClaims(join(globalStorageUri.fsPath, 'claims'), log);
  own(new AskNotifications(threads, questions, claims, log));
  own(new StateProblems(state, (message) => view.setMessage(message), errors));
  const codex = own(new CodexContext(() => launcher.isFound()));

  const targets: Omit<CommandTargets, keyof ChangeTargets> = {
    store,
    threads,
    resumer,
    killer,
    remover: new ThreadRemover(killer, state, server, deleted, () => archived.invalidate(), log),
    renamer: new ThreadRenamer(state, server),
    importer: new ThreadImporter(server, root, state, () => launcher.stateLayout, log),
    holders: new ThreadHolders(store, state),
    cleaner: new ThreadCleaner(root, threads, state, log),
    processes: new ProcessList({ store, runs, launcher, utility: server, ownRuns, root, log }),
    archived,
    selection: () => view.selectedThreads(),
    selectedArchived: () => view.selectedArchived(),
    questions,
    answerer: new ApprovalAnswerer(runs, state),
    tasks,
    findCodex: () => launcher.find(),
    errors,
    reveal: (threadId) => view.reveal(threadId),
    showTranscript: (threadId, preserveFocus) => transcripts.show(threadId, preserveFocus),
    showThreadLog: (threadId) => outputs.show(threadId),
    showMore: (node) => view.showMore(node),
    textOf: (node) => view.textOf(node),
    showWorkspaces: (choice) => scope.choose(choice),
    refresh: async () => {
      await Promise.all([state.refresh(), codex.update()]);
    },
    showLog: () => log.show(),
  };
  own(registerCommands({ ...targets, ...changeTargets(store, histories, state, own) }));
  const send: TranscriptActions['send'] = (id, text) => sendPrompt({ ...targets, runs }, id, text);
  const [{ answerer }, { extensionUri }] = [targets, extension];
  const parts = { threads: store, loaded, histories, send, answerer, errors, extensionUri };
  const transcripts = own(new TranscriptEditors(parts));
  loaded.then(() => repair(ownRuns, state, targets)).catch((error: unknown) => errors.report(error));
}

type ChangeTargets = Pick<CommandTargets, 'changes' | 'changeEditors'>;

/** What shows changes, and what takes them back. */
function changeTargets(
  store: ThreadStore,
  histories: HistoryReader,
  state: SharedState,
  own: (item: ChangeDocuments) => ChangeDocuments,
): ChangeTargets {
  const changes = new ThreadChanges(histories, (threadId) => recordedTurns(state, threadId));
  return { changes, changeEditors: own(new ChangeDocuments(store, changes)) };
}

/** Puts right what a window left that is gone, and offers to go on with it. */
async function repair(ownRuns: OwnRuns, state: SharedState, targets: OfferTargets): Promise<void> {
  const lost = await ownRuns.repair();
  if (lost.length === 0) return;
  await state.refresh();
  await offerResume(targets, lost);
}
