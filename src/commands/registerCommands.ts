import * as vscode from 'vscode';
import type { LiveRuns } from '../threads/liveRuns';
import type { TaskRunner } from '../threads/taskRunner';
import type { ThreadStore } from '../threads/threadStore';
import { CommandId } from '../vscode/contributions';
import type { ErrorReporter } from '../vscode/errorReporting';
import { answerApproval } from './answerApproval';
import type { ApprovalArgument } from './answerApproval';
import { openOutput } from './openOutput';
import type { ThreadArgument } from './pickThread';
import { runTask } from './runTask';
import { installCodex, logIn, setCodexPath } from './setUpCodex';
import { showActiveTurns } from './showActiveTurns';

/** What commands work on, and how what they lead to is shown. */
export interface CommandTargets {
  readonly store: ThreadStore;
  readonly runs: LiveRuns;
  readonly tasks: TaskRunner;
  readonly findCodex: () => Promise<{ readonly command: string; readonly args: readonly string[] }>;
  readonly errors: ErrorReporter;
  readonly reveal: (threadId: string) => Promise<void>;
  readonly showOutput: (threadId: string) => Promise<void>;
  readonly showMore: (node: never) => void;
  readonly showWorkspaces: (choice: 'thisWorkspace' | 'allWorkspaces') => Promise<void>;
  readonly refresh: () => Promise<void>;
  readonly showLog: () => void;
}

/** The one table of commands; what each asks and does stands in its own file. */
export function registerCommands(targets: CommandTargets): vscode.Disposable {
  const {
    store,
    runs,
    tasks,
    findCodex,
    errors,
    reveal,
    showOutput,
    showMore,
    showWorkspaces,
    refresh,
    showLog,
  } = targets;
  const table: Record<CommandId, (...args: never[]) => Promise<void> | void> = {
    [CommandId.runTask]: () => runTask(tasks, reveal),
    [CommandId.openOutput]: (thread: ThreadArgument) => openOutput(store, showOutput, thread),
    [CommandId.showActiveTurns]: () => showActiveTurns(store, showOutput),
    [CommandId.approve]: (approval?: ApprovalArgument) => answerApproval(runs, approval, 'accept'),
    [CommandId.decline]: (approval?: ApprovalArgument) => answerApproval(runs, approval, 'decline'),
    [CommandId.showAllWorkspaces]: () => showWorkspaces('allWorkspaces'),
    [CommandId.showThisWorkspace]: () => showWorkspaces('thisWorkspace'),
    [CommandId.refresh]: refresh,
    [CommandId.setCodexPath]: setCodexPath,
    [CommandId.installCodex]: installCodex,
    [CommandId.logIn]: async () => {
      const { command, args } = await findCodex();
      logIn(command, args);
    },
    [CommandId.showMore]: showMore,
    [CommandId.showLog]: showLog,
  };
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, action]) =>
      vscode.commands.registerCommand(
        id,
        errors.guard(async (...args: unknown[]) => {
          await action(...(args as never[]));
        }),
      ),
    ),
  );
}
