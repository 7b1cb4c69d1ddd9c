import * as vscode from 'vscode';
import { homedir } from 'node:os';
import { Setting, SETTINGS_SECTION } from '../vscode/contributions';

const INSTALL_PAGE = 'https://developers.openai.com/codex/cli';

/** Lets the person point at the codex executable; the choice is kept in the user's settings. */
export async function setCodexPath(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Where Is the codex Executable?',
    openLabel: 'Use This File',
    canSelectFiles: true,
    canSelectFolders: false,
  });
  const file = chosen?.[0];
  if (file === undefined) return;
  await vscode.workspace
    .getConfiguration(SETTINGS_SECTION)
    .update(Setting.codexPath, file.fsPath, vscode.ConfigurationTarget.Global);
}

/** Opens the page that says how to install codex. */
export async function installCodex(): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(INSTALL_PAGE));
}

/** Opens a terminal with codex's own login: what is typed there is between the person and codex. */
export function logIn(command: string, args: readonly string[]): void {
  const terminal = vscode.window.createTerminal({
    name: 'Codex Login',
    shellPath: command,
    shellArgs: [...args, 'login'],
    cwd: homedir(), // never what happens to be open: it need not be trusted
  });
  terminal.show();
}
