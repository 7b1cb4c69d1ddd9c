import * as vscode from 'vscode';
import type { TaskRunner } from '../threads/taskRunner';
import type { ErrorReporter } from '../vscode/errorReporting';
import { messages } from '../vscode/messages';
import { askForPrompt } from './promptInput';
import { requireTrust } from './requireTrust';

/** What running tasks needs. */
export interface RunTaskTargets {
  readonly tasks: TaskRunner;
  readonly reveal: (threadId: string) => Promise<void>;
  readonly errors: ErrorReporter;
}

/** *Codex: Run Task*: asks for the folder where there are several, and for the prompt; then it runs. */
export async function runTask({ tasks, reveal, errors }: RunTaskTargets): Promise<void> {
  requireTrust();
  const cwd = await pickFolder();
  if (cwd === undefined) return;
  let value: string | undefined = '';
  while (value !== undefined) {
    const texts = { title: 'Codex: Run Task', placeholder: 'What should Codex do?', value };
    const prepared = await tasks.prepare(cwd);
    const submit = async (prompt: string): Promise<boolean> => {
      const run = await tasks.start(prepared, prompt);
      await reveal(run.threadId);
      return true;
    };
    const end = await askForPrompt(texts, prepared, submit, (error) => void errors.report(error));
    prepared.dispose();
    value = end.kind === 'settingsChanged' ? end.value : undefined;
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
  const folder = chosen?.[0]?.fsPath;
  return folder !== undefined && (await isConfirmed(folder)) ? folder : undefined;
}

/** Without a folder open nobody has been asked yet whether it is trusted. */
async function isConfirmed(folder: string): Promise<boolean> {
  const detail = 'Codex reads what lies there, and works with what it finds. Go on only if you trust it.';
  return (await messages.ask(`Let Codex work in ${folder}?`, detail, 'Run Task Here')) !== undefined;
}
