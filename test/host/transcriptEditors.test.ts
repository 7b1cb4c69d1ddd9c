import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CommandId, EditorId } from '../../src/vscode/contributions';
import { eventually } from '../support/eventually';

describe('the editor with the transcript of a thread', function () {
  this.timeout(60_000);
  const stateRoot = join(homedir(), '.codex-collab');
  const indexFile = join(stateRoot, 'threads.json');
  let indexBefore: string | undefined;

  const write = async (prompts: Record<string, string>): Promise<void> => {
    const at = new Date().toISOString();
    const entries = Object.entries(prompts).map(([id, preview]) => [
      id,
      {
        threadId: `thread-${id}`,
        cwd: homedir(),
        createdAt: at,
        updatedAt: at,
        preview,
        lastStatus: 'failed',
      },
    ]);
    await mkdir(stateRoot, { recursive: true });
    await writeFile(indexFile, JSON.stringify(Object.fromEntries(entries)));
    await vscode.commands.executeCommand(CommandId.refresh);
  };
  const open = async (id: string, preserveFocus: boolean): Promise<void> => {
    await vscode.commands.executeCommand(CommandId.openTranscript, { id: `thread-${id}`, preserveFocus });
  };
  /** "Fix the login (preview)", a line a tab. */
  const tabs = (): string[] =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .map(({ label, isPreview, input }) => {
        assert.ok(input instanceof vscode.TabInputCustom && input.viewType === EditorId.transcript);
        return `${label}${isPreview ? ' (preview)' : ''}`;
      });
  const shows = (...expected: string[]): Promise<unknown> =>
    eventually(tabs, (found) => assert.deepEqual(found, expected));

  before(async () => {
    await vscode.extensions.getExtension('codex-collab.codex-collab')?.activate();
    indexBefore = await readFile(indexFile, 'utf8').catch(() => undefined);
  });
  beforeEach(() => write({ aaaaaaa1: 'Fix the login', aaaaaaa2: 'Tidy up', aaaaaaa3: 'a/b\\c' }));
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    if (indexBefore === undefined) await rm(indexFile);
    else await writeFile(indexFile, indexBefore);
    await vscode.commands.executeCommand(CommandId.refresh);
  });

  it('is a preview that the next click on a row replaces', async () => {
    await open('aaaaaaa1', true);
    await shows('Fix the login (preview)');
    await open('aaaaaaa2', true);
    await shows('Tidy up (preview)');
  });

  it('stays when its row is clicked twice in a row', async () => {
    // VS Code does not wait for the first one.
    await Promise.all([open('aaaaaaa1', true), open('aaaaaaa1', true)]);
    await shows('Fix the login');
    await open('aaaaaaa2', true);
    await shows('Fix the login', 'Tidy up (preview)');
  });

  it('can be split', async () => {
    await open('aaaaaaa1', false);
    await shows('Fix the login (preview)');
    await vscode.commands.executeCommand('workbench.action.splitEditor');
    await eventually(tabs, (found) => assert.equal(found.length, 2));
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('is one for each thread, also of one whose title has changed since', async () => {
    await open('aaaaaaa1', false);
    await shows('Fix the login (preview)');
    await write({ aaaaaaa1: 'Fix all of it' });
    await open('aaaaaaa1', false);
    await eventually(tabs, (found) => assert.equal(found.length, 1));
  });

  it('opens for a title that looks like a path', async () => {
    await open('aaaaaaa3', false);
    await eventually(tabs, (found) => assert.equal(found.length, 1));
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.uri.path, '/thread-aaaaaaa3/a-b-c');
  });
});
