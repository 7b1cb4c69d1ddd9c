import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandId } from '../../src/vscode/contributions';

describe('the extension', () => {
  it('activates by itself and registers every command that it contributes', async () => {
    const extension = vscode.extensions.getExtension('codex-collab.codex-collab');
    assert.ok(extension, 'it is installed');
    await extension.activate();
    const commands = new Set(await vscode.commands.getCommands(true));
    for (const id of Object.values<string>(CommandId)) assert.ok(commands.has(id), id);
  });
});
