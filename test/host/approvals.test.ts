import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { CommandId, ContextKey } from '../../src/vscode/contributions';
import { eventually } from '../support/eventually';
import { ApprovalScene } from './approvalScene';
import type { Message } from './overheard';

const tooLate = /^That question has been answered or withdrawn meanwhile\.$/;

describe('what the real codex asks', function () {
  this.timeout(60_000);
  let scene: ApprovalScene;

  beforeEach(async () => {
    scene = await ApprovalScene.open();
    await mkdir(join(scene.folder, 'asked'));
  });
  afterEach(async () => {
    await scene.setPolicy(undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await scene.close();
    await rm(join(scene.folder, 'asked'), { recursive: true });
  });

  const made = (): Promise<string[]> => readdir(join(scene.folder, 'asked'));
  const read = (name: string): Promise<string> => readFile(join(scene.folder, 'asked', name), 'utf8');
  const asks = (what: string): Promise<Message> => scene.message(new RegExp(`wants to ${what}`));
  /** A command that ends with a message. */
  const says = async (pattern: RegExp, command: CommandId, ...args: unknown[]): Promise<void> => {
    const end = vscode.commands.executeCommand(command, ...args);
    (await scene.message(pattern)).click();
    await end;
  };
  /** That somebody is waited for, or nobody: by everything that counts it. */
  const counts = (waiting: number): Promise<unknown> =>
    eventually(
      async () => [
        (await scene.needsYou()).length,
        scene.shown.badge?.value ?? 0,
        scene.shown.statusBar ?? 'hidden',
        scene.contextKeys.get(ContextKey.active),
        scene.contextKeys.get(ContextKey.waiting),
      ],
      (shown) => {
        const bar = waiting === 0 ? 'hidden' : `$(bell-dot) Codex ${waiting}`;
        assert.deepEqual(shown, [waiting, waiting, bar, waiting > 0, waiting > 0]);
      },
    );
  /** Both sides of the one diff that *Show Changes* opens, and of which file it is. */
  const diff = async (): Promise<{ name: string; before: string | undefined; after: string }> => {
    const [title, resources] = (await scene.called('vscode.changes')) as [string, vscode.Uri[][]];
    assert.match(title, /^Requested Changes · /);
    assert.equal(resources.length, 1);
    const [file, before, after] = resources[0] ?? [];
    assert.ok(file !== undefined && after !== undefined);
    const text = async (uri: vscode.Uri): Promise<string> =>
      (await vscode.workspace.openTextDocument(uri)).getText();
    return {
      name: basename(file.fsPath),
      before: before === undefined ? undefined : await text(before),
      after: await text(after),
    };
  };

  it('under untrusted is every command: it needs the person, and goes on when it is approved', async () => {
    await scene.setPolicy('untrusted');
    await scene.runTask('run:"touch asked/approved.txt" say:done');
    const thread = await scene.waiting();
    await counts(1);
    const [row] = await scene.needsYou();
    assert.match(row ?? '', /^run:"touch… · wants to run touch asked\/approved\.txt · offline · /);
    assert.deepEqual(await made(), []);
    (await asks('run .*touch asked/approved.txt')).click('Approve');
    assert.equal(await scene.ended(thread), 'completed');
    assert.deepEqual(await made(), ['approved.txt']);
    await counts(0);
  });

  it('under on-request is what would leave the sandbox: declined it does not run, and the turn stops', async () => {
    await scene.setPolicy('on-request');
    await scene.runTask('run:"touch asked/harmless.txt" ask:"touch asked/declined.txt" say:done');
    const thread = await scene.waiting();
    await counts(1);
    const { text, click } = await asks('run .*touch asked/declined.txt');
    assert.match(text, /Reason: May I run “touch asked\/declined\.txt” outside the sandbox\?$/);
    click('Decline and Stop');
    assert.equal(await scene.ended(thread), 'interrupted');
    assert.deepEqual(await made(), ['harmless.txt']);
    await counts(0);
  });

  it('about a file shows what it would change, and changes it only once that is approved', async () => {
    await writeFile(join(scene.folder, 'asked', 'notes.txt'), 'one\n');
    await scene.setPolicy('untrusted');
    await scene.runTask('edit:asked/notes.txt=two say:done');
    const thread = await scene.waiting();
    (await asks('change .*notes.txt')).click('Show Changes');
    assert.deepEqual(await diff(), { name: 'notes.txt', before: 'one\n', after: 'one\ntwo\n' });
    assert.equal(await read('notes.txt'), 'one\n');
    await counts(1);
    const [question] = await scene.called(CommandId.showRequestedChanges);
    await vscode.commands.executeCommand(CommandId.approve, question);
    assert.equal(await scene.ended(thread), 'completed');
    assert.equal(await read('notes.txt'), 'one\ntwo\n');
    await counts(0);
  });

  it('about one file after another shows each time the one in question, and leaves alone what is declined', async () => {
    await scene.setPolicy('untrusted');
    await scene.runTask('edit:asked/first.txt=one edit:asked/second.txt=two say:done');
    const thread = await scene.waiting();
    for (const [name, text, answer] of [
      ['first.txt', 'one\n', CommandId.approve],
      ['second.txt', 'two\n', CommandId.decline],
    ] as const) {
      (await asks(`change .*${name}`)).click('Show Changes');
      await eventually(diff, (shown) => assert.deepEqual(shown, { name, before: undefined, after: text }));
      const [question] = await scene.called(CommandId.showRequestedChanges);
      await vscode.commands.executeCommand(answer, question);
    }
    assert.equal(await scene.ended(thread), 'completed');
    assert.deepEqual(await made(), ['first.txt']);
  });

  it('comes with the answers that codex offers, and no others', async () => {
    await scene.setPolicy('untrusted');
    await scene.runTask('run:"touch asked/a.txt" edit:asked/b.txt=b say:done');
    const thread = await scene.waiting();
    const command = await asks('run .*touch asked/a.txt');
    assert.deepEqual(command.buttons, ['Approve', 'Decline and Stop', 'Show']);
    assert.match((await scene.needsYou())[0] ?? '', /\[thread\.needsYou\.approve\.stop\]$/);
    // A second window adds the time to the id.
    const row = { id: thread.id, approvalId: thread.pendingApproval?.id.split('@')[0] };
    for (const [label, id] of [
      ['Approve for Session', CommandId.approveForSession],
      ['Decline', CommandId.decline],
    ] as const) {
      const refusal = `Codex does not offer “${label}” here. Choose “Approve” or “Decline and Stop”.`;
      await says(new RegExp(`^${refusal}$`), id);
      await says(new RegExp(`^${refusal}$`), id, row);
    }
    command.click('Approve');
    const change = await asks('change .*b.txt');
    assert.deepEqual(change.buttons, ['Approve', 'Approve for Session', 'Decline', 'Show Changes']);
    await eventually(
      () => scene.needsYou(),
      ([row]) => assert.match(row ?? '', /\[thread\.needsYou\.approve\.session\.decline\.stop\]$/),
    );
    change.click('Decline');
    assert.equal(await scene.ended(thread), 'completed');
  });

  it('is answered once', async () => {
    await scene.setPolicy('untrusted');
    await scene.runTask('edit:asked/once.txt=one slow:1 say:done');
    const thread = await scene.waiting();
    (await asks('change .*once.txt')).click('Decline');
    const [answer] = await scene.called(CommandId.approve);
    await says(tooLate, CommandId.approve, answer);
    assert.equal(await scene.ended(thread), 'completed');
    await says(tooLate, CommandId.approve, answer);
    assert.deepEqual(await made(), []);
  });

  it('is gone from every window when another program has answered it with a file', async () => {
    await scene.setPolicy('on-request');
    await scene.runTask('ask:"touch asked/outside.txt" slow:1 say:done');
    const thread = await scene.waiting();
    const { click } = await asks('run .*touch asked/outside.txt');
    const state = await scene.root.folderForNewRun(scene.folder, 'auto');
    const [request = ''] = await readdir(state.approvalsDir);
    assert.match(request, /\.json$/);
    const file = state.approvalDecisionFile(basename(request, '.json'));
    await promisify(execFile)('sh', ['-c', 'printf accept > "$1"', 'sh', file]);
    await eventually(
      () => scene.needsYou(),
      (rows) => assert.deepEqual(rows, []),
    );
    await eventually(
      () => scene.contextKeys.get(ContextKey.waiting),
      (isWaiting) => assert.equal(isWaiting, false),
    );
    click('Decline and Stop');
    await scene.message(tooLate);
    assert.equal(await scene.ended(thread), 'completed');
    assert.deepEqual(await made(), ['outside.txt']);
    assert.deepEqual(await readdir(state.approvalsDir), []);
    await counts(0);
  });
});
