import * as vscode from 'vscode';
import { CommandId } from '../vscode/contributions';
import type { CommandTargets } from './commandTable';

/** Registers all commands. What they do is not loaded before the first of them is run. */
export function registerCommands(targets: CommandTargets): vscode.Disposable {
  const register = (id: CommandId): vscode.Disposable =>
    vscode.commands.registerCommand(
      id,
      targets.errors.guard(async (...args: unknown[]) => {
        const { commandTable } = await import('./commandTable');
        await commandTable(targets)[id](...(args as never[]));
      }),
    );
  return vscode.Disposable.from(...Object.values(CommandId).map(register));
}
