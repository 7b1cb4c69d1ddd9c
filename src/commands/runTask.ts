import * as vscode from 'vscode';
import { basename } from 'node:path';
import { UserError } from '../base/userError';
import type { PreparedThread } from '../threads/preparedThread';
import type { RunOptions } from '../threads/runOptions';
import { promptProblem } from '../threads/taskRunner';
import type { TaskRunner } from '../threads/taskRunner';
import { SETTINGS_SECTION } from '../vscode/contributions';

/** *Codex: Run Task*: asks for the folder where there are several, and for the prompt; then it runs. */
export async function runTask(tasks: TaskRunner, reveal: (threadId: string) => Promise<void>): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    throw new UserError('This folder is not trusted, so that Codex runs nothing in it.', {
      remedies: [{ kind: 'manageTrust' }],
    });
  }
  const cwd = await pickFolder();
  if (cwd === undefined) return;
  const prepared = await tasks.prepare(cwd);
  try {
    const prompt = await askForPrompt(prepared, await tasks.options(cwd));
    if (prompt === undefined) return;
    const run = await tasks.start(prepared, prompt);
    await reveal(run.threadId);
  } finally {
    prepared.dispose();
  }
}

async function pickFolder(): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 1) return folders[0]?.uri.fsPath;
  if (folders.length > 1) {
    const picks = folders.map(({ name, uri }) => ({
      label: name,
      description: uri.fsPath,
      path: uri.fsPath,
    }));
    const title = 'Codex: Run Task';
    return (await vscode.window.showQuickPick(picks, { title, placeHolder: 'In which folder?' }))?.path;
  }
  const chosen = await vscode.window.showOpenDialog({
    title: 'In Which Folder Should Codex Work?',
    openLabel: 'Run Task Here',
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return chosen?.[0]?.fsPath;
}

const settingsButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('settings-gear'),
  tooltip: 'Change the Settings of Codex Collab',
};

/** Resolves with the prompt, or with undefined when the person has left. */
function askForPrompt(prepared: PreparedThread, options: RunOptions): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  input.title = 'Codex: Run Task';
  input.placeholder = 'What should Codex do?';
  input.prompt = describeOptions(prepared.cwd, options);
  input.buttons = [settingsButton];
  input.ignoreFocusOut = true; // a prompt is often written while looking at the code
  void prepared.problem().then((problem) => {
    if (problem instanceof UserError) input.validationMessage = problem.message;
  });
  return new Promise<string | undefined>((resolve) => {
    input.onDidChangeValue(() => (input.validationMessage = undefined));
    input.onDidTriggerButton(() => {
      void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS_SECTION);
    });
    input.onDidAccept(() => {
      input.validationMessage = promptProblem(input.value);
      if (input.validationMessage !== undefined) return;
      resolve(input.value);
      input.hide();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

/** "api · workspace-write · never asks · gpt-5 high" */
function describeOptions(cwd: string, options: RunOptions): string {
  const asks = {
    never: 'never asks',
    'on-request': 'asks to leave the sandbox',
    untrusted: 'asks before unknown commands',
  };
  const model = [options.model, options.reasoningEffort].filter((part) => part !== undefined).join(' ');
  return [basename(cwd), options.sandbox, asks[options.approvalPolicy], model]
    .filter((part) => part !== '')
    .join(' · ');
}
