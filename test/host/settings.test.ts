import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import * as vscode from 'vscode';
import { codexPath, runPreferences } from '../../src/vscode/settings';

describe('the settings', () => {
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('codexCollab');
  const set = async (key: string, value: unknown): Promise<void> => {
    await configuration().update(key, value, vscode.ConfigurationTarget.Global);
  };
  const touched = ['sandbox', 'timeoutSeconds', 'model', 'codexPath'];
  const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? tmpdir();

  afterEach(async () => {
    for (const key of touched) await set(key, undefined);
  });

  it('say nothing where nobody has set anything, although they have defaults', () => {
    assert.equal(configuration().get('sandbox'), 'workspace-write');
    assert.deepEqual(
      Object.values(runPreferences(cwd)).filter((value) => value !== undefined),
      [],
    );
  });

  it('say what was set, also when it equals the default', async () => {
    await set('sandbox', 'workspace-write');
    await set('timeoutSeconds', 60);
    assert.equal(runPreferences(cwd).sandbox, 'workspace-write');
    assert.equal(runPreferences(cwd).timeoutSeconds, 60);
  });

  it('leave out a value of the wrong kind', async () => {
    await set('timeoutSeconds', 'soon');
    assert.equal(runPreferences(cwd).timeoutSeconds, undefined);
  });

  it('take the path of codex from the person alone', async () => {
    assert.equal(codexPath(), '');
    await set('codexPath', ' /opt/codex ');
    assert.equal(codexPath(), '/opt/codex');
  });
});
