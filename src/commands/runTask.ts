import * as vscode from 'vscode';
import type { TaskRunner } from '../threads/taskRunner';
import { askForPrompt } from './promptInput';
import { requireTrust } from './requireTrust';

const texts = { title: 'Codex: Run Task', placeholder: 'What should Codex do?', value: '' };

/** *Codex: Run Task*: asks for the folder where there are several, and for the prompt; then it runs. */
export async function runTask(tasks: TaskRunner, reveal: (threadId: string) => Promise<void>): Promise<void> {
  requireTrust();
  const cwd = await pickFolder();
  if (cwd === undefined) return;
  const prepared = await tasks.prepare(cwd);
  try {
    const prompt = await askForPrompt(texts, prepared, await tasks.options(cwd));
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
