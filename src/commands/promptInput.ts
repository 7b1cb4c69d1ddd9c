import * as vscode from 'vscode';
import { basename } from 'node:path';
import { UserError } from '../base/userError';
import type { PreparedThread } from '../threads/preparedThread';
import { promptProblem } from '../threads/promptProblem';
import { limitsOf } from '../threads/runOptions';
import type { RunOptions } from '../threads/runOptions';
import { SETTINGS_SECTION } from '../vscode/contributions';
import { plainText } from '../vscode/messages';

const settingsButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('settings-gear'),
  tooltip: 'Change the Settings of Codex Collab',
};

/** What the box says before anything is typed. */
export interface PromptTexts {
  readonly title: string;
  readonly placeholder: string;
  readonly value: string;
}

/** How the box was left. */
export type PromptEnd =
  | { readonly kind: 'submitted' }
  | { readonly kind: 'cancelled' }
  /** A setting was changed meanwhile: what is shown and prepared no longer holds. */
  | { readonly kind: 'settingsChanged'; readonly value: string };

/**
 * Asks for a prompt while the thread gets ready behind it. Enter hands it to `submit`; the box stays, with
 * what was typed, until that has begun a turn: false when the person left it at that. `onFailure` is told of what
 * went wrong.
 */
export async function askForPrompt(
  texts: PromptTexts,
  prepared: PreparedThread,
  submit: (prompt: string) => Promise<boolean>,
  onFailure: (error: unknown) => void,
): Promise<PromptEnd> {
  const input = createBox(texts, prepared);
  const accept = async (): Promise<boolean> => {
    const problem = promptProblem(input.value);
    input.validationMessage = problem ?? warningOf(prepared.options);
    if (problem !== undefined) return false;
    input.busy = true;
    input.enabled = false;
    try {
      return await submit(input.value);
    } catch (error) {
      if (error instanceof UserError) input.validationMessage = plainText(error.message);
      onFailure(error);
      return false;
    } finally {
      input.busy = false;
      input.enabled = true;
    }
  };
  const listeners: vscode.Disposable[] = [];
  const end = await new Promise<PromptEnd>((resolve) => {
    listeners.push(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration(SETTINGS_SECTION)) return;
        resolve({ kind: 'settingsChanged', value: input.value });
      }),
      input.onDidAccept(async () => {
        if (await accept()) resolve({ kind: 'submitted' });
      }),
      input.onDidHide(() => resolve({ kind: 'cancelled' })),
    );
    input.show();
  });
  vscode.Disposable.from(...listeners, input).dispose();
  return end;
}

function createBox(texts: PromptTexts, prepared: PreparedThread): vscode.InputBox {
  const input = vscode.window.createInputBox();
  input.title = plainText(texts.title);
  input.placeholder = texts.placeholder;
  input.value = texts.value;
  input.prompt = plainText(describeOptions(prepared.cwd, prepared.options));
  input.buttons = [settingsButton];
  input.ignoreFocusOut = true; // a prompt is often written while looking at the code
  input.validationMessage = warningOf(prepared.options);
  input.onDidTriggerButton(() => {
    void vscode.commands.executeCommand('workbench.action.openSettings', '@ext:codex-collab.codex-collab');
  });
  void prepared.problem().then((problem) => {
    if (problem instanceof UserError) input.validationMessage = plainText(problem.message);
  });
  return input;
}

/** Without a sandbox a person should know it each time. */
function warningOf({ sandbox }: RunOptions): vscode.InputBoxValidationMessage | undefined {
  if (sandbox !== 'danger-full-access') return undefined;
  return {
    message: 'No sandbox: Codex’s commands can do whatever you can.',
    severity: vscode.InputBoxValidationSeverity.Warning,
  };
}

/** "api · workspace-write · never asks · gpt-5 high" */
function describeOptions(cwd: string, options: RunOptions): string {
  const model = [options.model, options.reasoningEffort].filter((part) => part !== undefined).join(' ');
  return [basename(cwd), ...limitsOf(options), model].filter((part) => part !== '').join(' · ');
}
