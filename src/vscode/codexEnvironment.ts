import type * as vscode from 'vscode';
import { homedir } from 'node:os';
import type { CodexEnvironment } from '../threads/codexLauncher';
import { codexPath, runPreferences, stateLayout } from './settings';

/** What the editor and its settings say of how codex is to run. */
export function codexEnvironment({ packageJSON }: vscode.Extension<unknown>): CodexEnvironment {
  const { version } = packageJSON as { version?: unknown };
  return {
    codexPath,
    env: () => process.env,
    homeDir: homedir(),
    preferences: runPreferences,
    stateLayout,
    clientVersion: String(version),
  };
}
