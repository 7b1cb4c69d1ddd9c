import * as vscode from 'vscode';
import type { RunPreferences } from '../threads/runOptions';
import type { StateLayoutChoice } from '../threads/codexLauncher';
import { Setting, SETTINGS_SECTION } from './contributions';

/** `codexCollab.codexPath`, never from a workspace: it decides what is executed. */
export function codexPath(): string {
  const found = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect<unknown>(Setting.codexPath);
  return typeof found?.globalValue === 'string' ? found.globalValue.trim() : '';
}

/** `codexCollab.stateLayout`: where new threads are entered. */
export function stateLayout(): StateLayoutChoice {
  const value = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(Setting.stateLayout);
  return value === 'global' || value === 'workspace' ? value : 'auto';
}

/** `codexCollab.notifications`: of what notifications tell. */
export function notifications(): 'all' | 'needsYou' | 'off' {
  const value = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(Setting.notifications);
  return value === 'needsYou' || value === 'off' ? value : 'all';
}

/** `codexCollab.usePolling`. */
export function usePolling(): boolean {
  return vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(Setting.usePolling) === true;
}

/**
 * What a person has set for runs in that folder. A setting nobody has set is undefined, not its default:
 * the CLI's `config.json` has a say before the default.
 */
export function runPreferences(cwd: string): RunPreferences {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION, vscode.Uri.file(cwd));
  return {
    model: set(configuration, Setting.model, isString),
    reasoningEffort: set(configuration, Setting.reasoningEffort, isString),
    sandbox: personal(configuration, Setting.sandbox),
    approvalPolicy: personal(configuration, Setting.approvalPolicy),
    timeoutSeconds: set(configuration, Setting.timeoutSeconds, isNumber),
  };
}

/**
 * From the person's own settings alone. Codex may write files of the workspace, its settings included, and a
 * repository brings its own: neither may decide what Codex is allowed to do.
 */
function personal(configuration: vscode.WorkspaceConfiguration, key: string): string | undefined {
  const value = configuration.inspect<unknown>(key)?.globalValue;
  return isString(value) ? value : undefined;
}

/** The most specific value that was set; in an untrusted workspace VS Code leaves out what that one sets. */
function set<T>(
  configuration: vscode.WorkspaceConfiguration,
  key: string,
  isRight: (value: unknown) => value is T,
): T | undefined {
  const found = configuration.inspect<unknown>(key);
  const isSet = [found?.workspaceFolderValue, found?.workspaceValue, found?.globalValue].some(
    (value) => value !== undefined,
  );
  const value = configuration.get<unknown>(key);
  return isSet && isRight(value) ? value : undefined;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
