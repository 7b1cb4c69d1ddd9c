import * as vscode from 'vscode';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import type { Remedy } from '../base/userError';
import { CommandId } from './contributions';
import { messages } from './messages';

/** Shows what went wrong, with the buttons that help. The one place where errors reach a person. */
export class ErrorReporter {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** A `UserError` as it is; anything else is a fault of ours and says so, with the way to the log. */
  async report(error: unknown): Promise<void> {
    if (error instanceof UserError) {
      this.#log.warn(
        error.cause === undefined ? error.message : `${error.message} (${errorText(error.cause)})`,
      );
      await this.#show(error.message, error.remedies);
      return;
    }
    this.#log.error(error instanceof Error ? (error.stack ?? error.message) : errorText(error));
    const pick = await messages.error(`Unexpected error: ${errorText(error)}`, 'Show Log');
    if (pick !== undefined) await vscode.commands.executeCommand(CommandId.showLog);
  }

  async #show(message: string, remedies: readonly Remedy[]): Promise<void> {
    const pick = await messages.error(message, ...remedies.map(remedyTitle));
    const remedy = remedies.find((candidate) => remedyTitle(candidate) === pick);
    if (remedy !== undefined) await this.remedy(remedy);
  }

  /** Does what a button offers; says so when that does not work. */
  async remedy(remedy: Remedy): Promise<void> {
    try {
      await apply(remedy);
    } catch (error) {
      this.#log.warn(`“${remedyTitle(remedy)}” failed: ${errorText(error)}`);
      await messages.error(`“${remedyTitle(remedy)}” did not work: ${errorText(error)}`);
    }
  }

  /** `action`, with its failures reported instead of thrown. */
  guard<A extends unknown[]>(action: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
    return async (...args) => {
      try {
        await action(...args);
      } catch (error) {
        await this.report(error);
      }
    };
  }
}

/** What the button says. */
export function remedyTitle(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'setCodexPath':
      return 'Set Path';
    case 'installCodex':
      return 'How to Install';
    case 'logIn':
      return 'Log In';
    case 'manageTrust':
      return 'Manage Trust';
    case 'openFile':
      return 'Open File';
    case 'openSettings':
      return 'Open Settings';
  }
}

async function apply(remedy: Remedy): Promise<void> {
  switch (remedy.kind) {
    case 'setCodexPath': {
      await vscode.commands.executeCommand(CommandId.setCodexPath);
      return;
    }
    case 'installCodex': {
      await vscode.commands.executeCommand(CommandId.installCodex);
      return;
    }
    case 'logIn': {
      await vscode.commands.executeCommand(CommandId.logIn);
      return;
    }
    case 'manageTrust': {
      await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    case 'openFile':
      await openFile(vscode.Uri.file(remedy.path));
      return;
    case 'openSettings': {
      await vscode.commands.executeCommand('workbench.action.openSettings', remedy.query);
      return;
    }
  }
}

/** In an editor; a folder in the system's file manager. */
async function openFile(uri: vscode.Uri): Promise<void> {
  const { type } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.Directory) === 0) await vscode.window.showTextDocument(uri);
  else await vscode.commands.executeCommand('revealFileInOS', uri);
}
