import * as vscode from 'vscode';
import { basename } from 'node:path';
import { UserError } from '../base/userError';
import type { PreparedThread } from '../threads/preparedThread';
import type { RunOptions } from '../threads/runOptions';
import { promptProblem } from '../threads/taskRunner';
import { SETTINGS_SECTION } from '../vscode/contributions';

const settingsButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('settings-gear'),
  tooltip: 'Change the Settings of Codex Collab',
};

/** What the box says before anything is typed. */
export interface PromptTexts {
  readonly title: string;
  readonly placeholder: string;
  /** Selected, so that typing replaces it. */
  readonly value: string;
}

/**
 * Asks for a prompt while the thread gets ready behind it, and tells at once when that has failed. Resolves
 * with the prompt, or with undefined when the person has left.
 */
export function askForPrompt(
  texts: PromptTexts,
  prepared: PreparedThread,
  options: RunOptions,
): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  Object.assign(input, texts);
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
