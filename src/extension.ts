import { join } from 'node:path';
import * as vscode from 'vscode';
import { ServerGuard } from './appServer/serverGuard';
import { DisposableStore } from './base/disposable';
import type { Disposable } from './base/disposable';
import type { Log } from './base/log';
import type { OfferTargets } from './commands/offerResume';
import type { CommandTargets } from './commands/commandTable';
import { registerCommands } from './commands/registerCommands';
import { questionRoot } from './state/questionMailbox';
import { QuestionWatch } from './state/questionWatch';
import { SharedState } from './state/sharedState';
import { defaultRootPath, StateRoot } from './state/stateRoot';
import { ApprovalAnswerer } from './threads/answerApproval';
import { archiveThread } from './threads/archiveThread';
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
import { ThreadGoals } from './threads/history/threadGoals';
import { LoggedRuns } from './threads/history/loggedRuns';
import { LiveRuns } from './threads/liveRuns';
import { OwnRuns } from './threads/ownRuns';
import { ProcessList } from './threads/processList';
import { PromptLookup } from './threads/promptLookup';
import { PendingQuestions } from './threads/pendingQuestions';
import { ThreadRenamer } from './threads/renameThread';
import { ThreadResumer } from './threads/resumeThread';
import { ScopedThreads } from './threads/scopedThreads';
import { TaskRunner } from './threads/taskRunner';
import { ThreadCleaner } from './threads/threadCleaner';
import { ThreadEnterer } from './threads/threadEnterer';
import { ThreadHolders } from './threads/threadHolder';
import { ThreadStore } from './threads/threadStore';
import { ThreadSync } from './threads/threadSync';
import { UtilityServer } from './threads/utilityServer';
import { WorkspaceScope } from './threads/workspaceScope';
import { ActivityContext } from './views/activityContext';
import { AskNotifications } from './views/askNotifications';
import { ChangeDocuments } from './views/changeDocuments';
import { OutputDocuments } from './views/outputDocuments';
import { RequestedChanges } from './views/requestedChanges';
import { ScopeToggle } from './views/scopeToggle';
import { StateProblems } from './views/stateProblems';
import { StatusBar } from './views/statusBar';
import { ThreadsView } from './views/threadsView';
import { description } from './views/threadText';
import { TranscriptEditors } from './views/transcriptEditors';
import type { TranscriptActions } from './views/transcriptSession';
import { TurnNotifications } from './views/turnNotifications';
import { CodexContext } from './vscode/codexContext';
import { codexEnvironment } from './vscode/codexEnvironment';
import { ErrorReporter } from './vscode/errorReporting';
import { usePolling } from './vscode/settings';

type Own = <T extends Disposable>(item: T) => T;

/** Builds every object once, top to bottom, and hands each its collaborators; they end in reverse. */
export function activate(context: vscode.ExtensionContext): void {
  const lifetime = new DisposableStore();
  context.subscriptions.push(lifetime);
  const own: Own = (item) => lifetime.add(item);

  const log = own(vscode.window.createOutputChannel('Codex', { log: true }));
  const errors = new ErrorReporter(log);
  const model = buildModel(context, log, own);
  const { store, runs, state, launcher, threads, histories, questions } = model;

  const scopeOf = (folders: readonly string[]): Promise<WorkspaceScope> =>
    WorkspaceScope.of(folders, model.root, vscode.workspace.isTrusted);
  const scope = own(new ScopeToggle(threads, scopeOf, context.workspaceState, log));
  // Not before the scope is known: threads of other workspaces would flash by.
  const loaded = Promise.all([state.start(), scope.update()]);
  const view = own(new ThreadsView({ ...model, loaded }, log));
  const outputs = own(new OutputDocuments(store, runs, log));
  own(new StatusBar(threads, questions));
  own(new ActivityContext(threads, questions));
  own(new TurnNotifications(runs, log));
  own(new AskNotifications(threads, questions, model.claims, log));
  own(new StateProblems(state, (message) => view.setMessage(message), errors));
  const codex = own(new CodexContext(() => launcher.isFound()));
  const changeEditors = own(new ChangeDocuments(store, model.changes));
  const requested = own(new RequestedChanges(store));

  const targets: CommandTargets = {
    ...model,
    changeEditors,
    showRequested: (threadId) => requested.show(threadId),
    errors,
    describe: (thread) => description(thread, Date.now()),
    selection: () => view.selectedThreads(),
    selectedArchived: () => view.selectedArchived(),
    findCodex: () => launcher.find(),
    reveal: (threadId) => view.reveal(threadId),
    showTranscript: (threadId, preserveFocus) => transcripts.show(threadId, preserveFocus),
    showThreadLog: (threadId) => outputs.show(threadId),
    showMore: (node) => view.showMore(node),
    textOf: (node) => view.textOf(node),
    showWorkspaces: (choice) => scope.choose(choice),
    refresh: async () => {
      model.archived.invalidate();
      await Promise.all([state.refresh(), codex.update()]);
    },
    showLog: () => log.show(),
  };
  own(registerCommands(targets));
  const send: TranscriptActions['send'] = async (id, text) => {
    const { sendPrompt } = await import('./commands/sendPrompt');
    return await sendPrompt({ ...targets, runs }, id, text);
  };
  const { answerer, goals } = model;
  const { extensionUri } = context.extension;
  const parts = { threads: store, loaded, histories, goals, runs, send, answerer, errors, extensionUri };
  const transcripts = own(new TranscriptEditors(parts));
  void model.asked.start();
  loaded.then(() => repair(model, targets)).catch((error: unknown) => errors.report(error));
}

/** Builds what the extension works on, and what works on it; none of it knows of views. */
function buildModel({ extension, globalStorageUri }: vscode.ExtensionContext, log: Log, own: Own) {
  const storage = (name: string): string => join(globalStorageUri.fsPath, name);
  const root = new StateRoot(defaultRootPath(process.env, process.platform));
  const store = own(new ThreadStore());
  const runs = own(new LiveRuns());
  const state = own(new SharedState({ root, log, usePolling: usePolling(), ownedPids: () => runs.pids() }));
  const ownRuns = new OwnRuns(storage('runs'), root, log);
  const program = [process.execPath, join(extension.extensionPath, 'dist', 'guard.js')];
  const guard = own(new ServerGuard([...program, storage('runs'), root.path], log));
  const launcher = new CodexLauncher(codexEnvironment(extension), root, log, guard);
  const tasks = new TaskRunner(launcher, root, runs, ownRuns, log);
  const server = own(new UtilityServer(() => launcher.start()));
  const prompts = own(new PromptLookup(server, log));
  own(new ThreadSync(state, runs, store, prompts));
  const killer = new ThreadKiller(runs, state, ownRuns, log);

  const threads = own(new ScopedThreads(store));
  const deleted = new DeletedThreads(storage('deleted'));
  const enterer = new ThreadEnterer(server, root, state, () => launcher.stateLayout, log);
  const archived = own(new ArchivedThreads(server, enterer, deleted, ({ cwd }) => threads.isInScope(cwd)));
  own(threads.onDidChangeScope(() => archived.invalidate()));
  const onDidArchive = (): void => archived.invalidate();
  const archive = async (threadId: string): Promise<void> => {
    await archiveThread(server, threadId);
    onDidArchive();
  };
  const deletedRuns = own(new DeletedRuns(state, runs, archive, log));
  const logged = new LoggedRuns(state, store, log);
  const histories = own(new HistoryReader({ server, runs, store, logged, log }));
  const changes = new ThreadChanges(histories, (threadId) => recordedTurns(state, threadId));
  const asked = own(new QuestionWatch(questionRoot(), usePolling(), log));
  return {
    ...{ root, store, runs, state, ownRuns, launcher, tasks, killer, threads, archived, histories, asked },
    resumer: new ThreadResumer(tasks, state),
    remover: new ThreadRemover({ killer, state, server, deleted, deletedRuns, onDidArchive, log }),
    renamer: new ThreadRenamer(state, server),
    importer: new ThreadImporter(server, enterer, state, log),
    holders: new ThreadHolders(store, state),
    cleaner: new ThreadCleaner(root, threads, state, log),
    processes: new ProcessList({ store, runs, launcher, utility: server, ownRuns, root, log }),
    changes,
    changesOf: (threadId: string) => changes.filesOf(threadId),
    wantPrompt: (threadId: string) => {
      // Nobody has asked for codex to be started.
      if (vscode.workspace.isTrusted) prompts.want(threadId);
    },
    questions: own(new PendingQuestions(asked, threads)),
    answerer: new ApprovalAnswerer(runs, state),
    goals: new ThreadGoals(server, runs, state, log),
    claims: new EventClaims(storage('claims'), log),
  };
}

/** Puts right what a window left that is gone, and offers to go on with it. */
async function repair(
  { ownRuns, state }: { ownRuns: OwnRuns; state: SharedState },
  targets: OfferTargets,
): Promise<void> {
  const lost = await ownRuns.repair();
  if (lost.length === 0) return;
  await state.refresh();
  const { offerResume } = await import('./commands/offerResume');
  await offerResume(targets, lost);
}
