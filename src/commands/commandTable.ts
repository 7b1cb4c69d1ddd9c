import type { ApprovalAnswerer } from '../threads/answerApproval';
import type { ArchivedThread, ArchivedThreads } from '../threads/archivedThreads';
import type { ThreadChanges } from '../threads/changes/threadChanges';
import type { ThreadRemover } from '../threads/deleteThread';
import type { ThreadImporter } from '../threads/importThreads';
import type { ThreadKiller } from '../threads/killThread';
import type { PendingQuestions } from '../threads/pendingQuestions';
import type { ThreadRenamer } from '../threads/renameThread';
import type { ThreadResumer } from '../threads/resumeThread';
import type { ProcessList } from '../threads/processList';
import type { TaskRunner } from '../threads/taskRunner';
import type { Thread } from '../threads/thread';
import type { ThreadCleaner } from '../threads/threadCleaner';
import type { ThreadHolders } from '../threads/threadHolder';
import type { ThreadReader, ThreadStore } from '../threads/threadStore';
import { CommandId } from '../vscode/contributions';
import type { ErrorReporter } from '../vscode/errorReporting';
import { answerApproval } from './answerApproval';
import type { ApprovalArgument } from './answerApproval';
import { answerQuestion } from './answerQuestion';
import type { QuestionArgument } from './answerQuestion';
import { deletePermanently, restoreThreads } from './archivedThreads';
import { checkSetup } from './checkSetup';
import type { CheckSetupTargets } from './checkSetup';
import { cleanUp } from './cleanUp';
import { copyResumeCommand, copyText, copyThreadId, openFolder } from './copyThread';
import { deleteThreads } from './deleteThreads';
import { importThreads } from './importThreads';
import { killPicked, killThreads, stopAll } from './killThreads';
import { openChanges, openFileChange } from './openChanges';
import type { ChangeEditors, ChangesArgument, FileChangeArgument } from './openChanges';
import { openLog } from './openLog';
import { openTranscript } from './openTranscript';
import { pickThread } from './pickThread';
import type { ThreadArgument } from './pickThread';
import { renameThread } from './renameThread';
import { resumeThread } from './resumeThread';
import type { ResumeArgument } from './resumeThread';
import { revertChanges } from './revertChanges';
import type { RevertArgument } from './revertChanges';
import { runTask } from './runTask';
import { installCodex, logIn, setCodexPath } from './setUpCodex';
import { showActiveTurns } from './showActiveTurns';
import { showProcesses } from './showProcesses';
import { showRequestedChanges } from './showRequestedChanges';

/** What commands work on, and how what they lead to is shown. */
export interface CommandTargets {
  readonly store: ThreadStore;
  /** The threads that the window shows. */
  readonly threads: ThreadReader;
  readonly resumer: ThreadResumer;
  readonly killer: ThreadKiller;
  readonly remover: ThreadRemover;
  readonly renamer: ThreadRenamer;
  readonly importer: ThreadImporter;
  readonly holders: ThreadHolders;
  readonly cleaner: ThreadCleaner;
  readonly processes: ProcessList;
  readonly launcher: CheckSetupTargets['launcher'];
  readonly root: CheckSetupTargets['root'];
  readonly state: CheckSetupTargets['state'];
  readonly archived: ArchivedThreads;
  readonly selectedArchived: () => ArchivedThread[];
  /** What stands behind the title of a thread. */
  readonly describe: (thread: Thread) => string;
  /** The threads that are selected in the view. */
  readonly selection: () => string[];
  readonly answerer: ApprovalAnswerer;
  readonly tasks: TaskRunner;
  readonly questions: PendingQuestions;
  readonly findCodex: () => Promise<{ readonly command: string; readonly args: readonly string[] }>;
  readonly errors: ErrorReporter;
  readonly reveal: (threadId: string) => Promise<void>;
  readonly showTranscript: (threadId: string, preserveFocus?: boolean) => Promise<void>;
  readonly showThreadLog: (threadId: string) => Promise<void>;
  readonly changes: ThreadChanges;
  readonly changeEditors: ChangeEditors;
  /** Shows what a thread asks to change; false where it asks for nothing that could be shown. */
  readonly showRequested: (threadId: string) => Promise<boolean>;
  readonly showMore: (node: never) => Promise<void>;
  /** What a row below a thread says in its own words. */
  readonly textOf: (node: never) => string | undefined;
  readonly showWorkspaces: (choice: 'thisWorkspace' | 'allWorkspaces') => Promise<void>;
  readonly refresh: () => Promise<void>;
  readonly showLog: () => void;
}

/**
 * What VS Code hands a menu's command: the row of the click, and all selected rows if it is one of them. A key
 * of the view gives {@link SELECTION} (in package.json); the palette gives nothing.
 */
type Rows = readonly [row?: Row | typeof SELECTION, selected?: readonly Row[]];
interface Row {
  readonly id?: string;
}
const SELECTION = 'selection';

type ArchivedClick = readonly [row?: ArchivedRow, selected?: readonly ArchivedRow[]];
interface ArchivedRow {
  readonly thread?: ArchivedThread;
}

/** The one table of commands; what each asks and does stands in its own file. */
export function commandTable(
  targets: CommandTargets,
): Record<CommandId, (...args: never[]) => Promise<void> | void> {
  return {
    ...threadCommands(targets),
    ...archiveCommands(targets),
    ...openCommands(targets),
    ...changeCommands(targets),
    ...answerCommands(targets),
    ...viewCommands(targets),
    ...setUpCommands(targets),
  };
}

/** The verbs of threads. */
function threadCommands(targets: CommandTargets) {
  const { store, threads, killer, selection } = targets;
  const ids = ([row, selected]: Rows): string[] => {
    if (row === undefined || row === SELECTION) return selection();
    return (selected ?? [row]).flatMap(({ id }) => id ?? []);
  };
  /** The palette asks which thread is meant; a key means the selected ones, and nothing where there is none. */
  const isVoid = (rows: Rows): boolean => rows[0] === SELECTION && selection().length === 0;
  const withOne = async (rows: Rows, action: (thread: Thread) => Promise<void>): Promise<void> => {
    if (isVoid(rows)) return;
    const id = ids(rows)[0] ?? (await pickThread([...threads.all()], 'Which thread?'));
    const thread = id === undefined ? undefined : store.get(id);
    if (thread !== undefined) await action(thread);
  };
  return {
    [CommandId.runTask]: () => runTask(targets),
    [CommandId.resumeThread]: (thread: ResumeArgument) => resumeThread(targets, thread),
    [CommandId.killThread]: (...rows: Rows) =>
      rows[0] === undefined
        ? killPicked(killer, threads, selection())
        : killThreads(killer, threads, ids(rows)),
    [CommandId.stopAll]: () => stopAll(killer, threads),
    [CommandId.renameThread]: (...rows: Rows) =>
      withOne(rows, (thread) => renameThread(targets.renamer, thread)),
    [CommandId.deleteThread]: async (...rows: Rows) => {
      if (!isVoid(rows)) await deleteThreads(targets, ids(rows));
    },
    [CommandId.copyThreadId]: (...rows: Rows) => withOne(rows, copyThreadId),
    [CommandId.copyResumeCommand]: (...rows: Rows) => withOne(rows, copyResumeCommand),
    [CommandId.openFolder]: (...rows: Rows) => withOne(rows, openFolder),
  };
}

/** What codex has that the list has not. */
function archiveCommands(targets: CommandTargets) {
  const { archived } = targets;
  return {
    [CommandId.importThreads]: () => importThreads(targets),
    [CommandId.restoreThread]: (...rows: ArchivedClick) =>
      restoreThreads(archived, archivedOf(targets, rows)),
    [CommandId.deleteThreadPermanently]: (...rows: ArchivedClick) =>
      deletePermanently(archived, archivedOf(targets, rows)),
    [CommandId.showMoreArchived]: () => archived.loadMore(),
  };
}

/** What a thread has said and done, in an editor. */
function openCommands(targets: CommandTargets) {
  const { store, showTranscript, showThreadLog } = targets;
  return {
    [CommandId.openTranscript]: (thread: ThreadArgument) => openTranscript(store, showTranscript, thread),
    [CommandId.openLog]: (thread: ThreadArgument) => openLog(store, showThreadLog, thread),
    [CommandId.showActiveTurns]: () => showActiveTurns(targets),
    [CommandId.copyText]: (row: never) => copyText(targets.textOf(row)),
  };
}

/** What threads changed, and taking it back. */
function changeCommands(targets: CommandTargets) {
  const revert = (row?: RevertArgument) => revertChanges(targets, row);
  return {
    [CommandId.openChanges]: (row?: ChangesArgument) => openChanges(targets, row),
    [CommandId.openFileChange]: (row: FileChangeArgument) => openFileChange(targets, row),
    [CommandId.revertChanges]: revert,
    [CommandId.revertTurn]: revert,
    [CommandId.revertFile]: revert,
  };
}

/** What turns wait for. */
function answerCommands(targets: CommandTargets) {
  return {
    [CommandId.approve]: (approval?: ApprovalArgument) => answerApproval(targets, approval, 'accept'),
    [CommandId.decline]: (approval?: ApprovalArgument) => answerApproval(targets, approval, 'decline'),
    [CommandId.approveForSession]: (approval?: ApprovalArgument) =>
      answerApproval(targets, approval, 'acceptForSession'),
    [CommandId.declineAndStop]: (approval?: ApprovalArgument) => answerApproval(targets, approval, 'cancel'),
    [CommandId.showRequestedChanges]: (row?: ThreadArgument) => showRequestedChanges(targets, row),
    [CommandId.answerQuestion]: (question: QuestionArgument) => answerQuestion(targets, question),
  };
}

/** What the view shows. */
function viewCommands({ showMore, showWorkspaces, refresh }: CommandTargets) {
  return {
    [CommandId.showAllWorkspaces]: () => showWorkspaces('allWorkspaces'),
    [CommandId.showThisWorkspace]: () => showWorkspaces('thisWorkspace'),
    [CommandId.refresh]: refresh,
    [CommandId.showMore]: showMore,
  };
}

/** Codex itself, and what it leaves behind. */
function setUpCommands(targets: CommandTargets) {
  return {
    [CommandId.cleanUp]: () => cleanUp(targets.cleaner),
    [CommandId.showProcesses]: () => showProcesses(targets),
    [CommandId.checkSetup]: () => checkSetup(targets),
    [CommandId.setCodexPath]: setCodexPath,
    [CommandId.installCodex]: installCodex,
    [CommandId.logIn]: async () => {
      const { command, args } = await targets.findCodex();
      logIn(command, args);
    },
    [CommandId.showLog]: targets.showLog,
  };
}

/** Without a row, those that are selected. */
function archivedOf(targets: CommandTargets, [row, selected]: ArchivedClick): ArchivedThread[] {
  if (row === undefined) return targets.selectedArchived();
  return (selected ?? [row]).flatMap(({ thread }) => thread ?? []);
}
