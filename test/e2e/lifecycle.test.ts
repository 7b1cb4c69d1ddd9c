import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';
import { RawCodex } from '../unit/support/rawCodex';

describe('Kill, Resume and Delete in the workbench', function () {
  this.timeout(120_000);
  let deletedShortId = '';
  const app = useWorkbench();
  const { sees } = app;

  const start = async (prompt: string): Promise<void> => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer(prompt);
    await sees(new RegExp(`⟳ ${prompt}`));
  };

  it('has a menu for a running row with what applies to it, and kills by it', async () => {
    await start('stream:61');
    const menu = await app.workbench.tree().contextMenu('stream:61');
    assert.deepEqual(menu.entries, [
      ...['Open Transcript', 'Open Log', '—', 'Kill', '—'],
      ...['Copy Thread ID', 'Copy Codex Resume Command', 'Open Folder', '—', 'Rename...', 'Delete...'],
    ]);
    await app.workbench.screenshot('menu-running');
    await menu.choose('Kill');
    await sees(/Interrupted 1\n {2}‖ stream:61 · .*killed/);
  });

  it('resumes an interrupted thread under its short id', async () => {
    const [, shortId] = /stream:61 .* · ([0-9a-f]{8})$/m.exec(await app.workbench.tree().text()) ?? [];
    assert.deepEqual(await app.workbench.tree().actions('stream:61'), ['Resume...']);
    await app.workbench.tree().clickAction('stream:61', 'Resume...');
    const input = await app.workbench.quickInput();
    assert.equal(input.value, 'Continue where you stopped.');
    await app.workbench.screenshot('resume-input');
    await app.workbench.press('Control+A');
    await app.workbench.answer('say:"Here I am again."');
    await sees(/Completed 1/);
    await app.workbench.tree().expand('Completed');
    await sees(new RegExp(`✓ say:"Here I am again\\." · .* · ${shortId}$`, 'm'));
    const index = JSON.parse(await readFile(join(app.home.stateRoot, 'threads.json'), 'utf8')) as object;
    assert.deepEqual(Object.keys(index), [shortId]);
    const log = await readFile(join(app.home.stateRoot, 'logs', `${shortId}.log`), 'utf8');
    assert.match(log, /tick1 [^]*Here I am again\./);
  });

  it('kills several selected rows at once', async () => {
    await start('stream:62');
    await start('stream:63');
    await app.workbench.tree().click('stream:62');
    await app.workbench.tree().click('stream:63', { modifiers: ['Control'] });
    await (await app.workbench.tree().contextMenu('stream:63')).choose('Kill');
    await sees(/Interrupted 2\n/);
  });

  it('deletes with the Delete key after asking, and says what stays', async () => {
    deletedShortId = /stream:62 .* · ([0-9a-f]{8})$/m.exec(await app.workbench.tree().text())?.[1] ?? '';
    await app.workbench.tree().click('stream:62');
    await app.workbench.press('Delete');
    const dialog = await app.workbench.dialog();
    assert.match(dialog.text, /Delete “stream:62”\?[^]*No file of your project is touched\./);
    await app.workbench.screenshot('delete-dialog');
    await app.workbench.clickDialog('Delete');
    await eventually(
      () => app.workbench.tree().text(),
      (text) => assert.doesNotMatch(text, /stream:62/),
    );
    const archived = join(app.home.codexHome, 'archived_sessions');
    assert.equal((await readdir(archived)).length, 1);
  });

  it('shows what was deleted under Archived, and restores it under its short id', async () => {
    await app.workbench.tree().expand('Archived');
    await sees(/Archived\n {2}▤ stream:62 · now · offline/);
    const menu = await app.workbench.tree().contextMenu('stream:62');
    assert.deepEqual(menu.entries, ['Restore', '—', 'Delete Permanently...']);
    await app.workbench.screenshot('menu-archived');
    await menu.choose('Restore');
    await sees(/Interrupted 2\n(.*\n)*? {2}‖ stream:62/);
    const index = JSON.parse(await readFile(join(app.home.stateRoot, 'threads.json'), 'utf8')) as object;
    assert.ok(Object.keys(index).includes(deletedShortId), deletedShortId);
  });

  it('deletes an archived thread for ever, after a question of its own', async () => {
    await app.workbench.tree().click('stream:62');
    await app.workbench.press('Delete');
    await app.workbench.clickDialog('Delete');
    await sees(/^(?![^]*‖ stream:62)[^]*Archived\n {2}▤ stream:62/);
    await (await app.workbench.tree().contextMenu('stream:62')).choose('Delete Permanently...');
    assert.match((await app.workbench.dialog()).text, /permanently\?[^]*This cannot be undone/);
    await app.workbench.clickDialog('Delete Permanently');
    await eventually(
      () => app.workbench.tree().text(),
      (text) => assert.doesNotMatch(text, /stream:62/),
    );
    assert.deepEqual(await readdir(join(app.home.codexHome, 'archived_sessions')), []);
  });

  it('shows what others have archived when the group is opened again, and on Refresh', async () => {
    const other = await RawCodex.start(app.home);
    const archive = async (prompt: string): Promise<void> => {
      const threadId = await other.startThread(app.folder);
      await other.turnEnded(await other.startTurn(threadId, prompt));
      await other.request('thread/archive', { threadId });
    };
    await archive('say:first');
    await app.workbench.tree().click('Archived');
    await app.workbench.tree().expand('Archived');
    await sees(/Archived\n {2}▤ say:first/);
    await archive('say:second');
    assert.doesNotMatch(await app.workbench.tree().text(), /say:second/);
    await app.workbench.runCommand('Codex: Refresh');
    await sees(/Archived\n {2}▤ say:second · .*\n {2}▤ say:first/);
    await other.close();
  });

  it('stops a running thread before it deletes it', async () => {
    await start('stream:64');
    await (await app.workbench.tree().contextMenu('stream:64')).choose('Delete...');
    assert.match((await app.workbench.dialog()).text, /Its turn is stopped first/);
    await app.workbench.clickDialog('Delete');
    await sees(/^(?![^]*⟳ stream:64)[^]*▤ stream:64/);
    assert.deepEqual(await readdir(join(app.home.stateRoot, 'pids')), []);
    assert.deepEqual(await readdir(join(app.home.stateRoot, 'kill-signals')), []);
  });

  it('renames with F2, and codex knows the name', async () => {
    await app.workbench.tree().click('stream:63');
    await app.workbench.press('F2');
    await app.workbench.press('Control+A');
    await app.workbench.answer('A better name');
    await sees(/‖ A better name · /);
    const { stdout } = await promisify(execFile)('grep', ['-rl', 'A better name', app.home.codexHome]);
    assert.notEqual(stdout, '');
  });

  it('kills with a key what runs of the selected rows, and nothing when none is selected', async () => {
    await start('stream:67');
    await app.workbench.tree().click('stream:67');
    await app.workbench.press('Escape', 'Control+Escape');
    await start('stream:68');
    await sees(/Running 2\n/);
    await app.workbench.tree().click('A better name');
    await app.workbench.tree().click('stream:67', { modifiers: ['Control'] });
    await app.workbench.press('Control+Escape');
    await sees(/Running 1\n {2}⟳ stream:68[^]*Interrupted 2\n {2}‖ stream:67 · .*killed[^]*‖ A better name/);
  });

  it('kills from the palette only what is ticked, with the selected rows in front', async () => {
    // Not by Escape and F1: Escape would clear the selection.
    const killFromPalette = async (): Promise<void> => {
      await app.workbench.press('F1');
      await app.workbench.quickInput();
      await app.workbench.page.keyboard.type('Codex: Kill');
      await app.workbench.choose('Codex: Kill');
      await eventually(
        async () => (await app.workbench.quickInput()).placeholder,
        (placeholder) => assert.equal(placeholder, 'Kill the turns of which threads?'),
      );
    };
    await start('stream:69');
    await app.workbench.tree().click('stream:68');
    await killFromPalette();
    const { items } = await app.workbench.quickInput();
    assert.deepEqual(
      items.map((item) => item.slice(0, 'stream:68'.length)),
      ['stream:68', 'stream:69'],
    );
    await app.workbench.screenshot('kill-palette');
    await app.workbench.press('Escape');
    await sees(/Running 2\n/);
    await killFromPalette();
    await app.workbench.press('Enter');
    await sees(/Running 1\n {2}⟳ stream:69[^]*‖ stream:68 · .*killed/);
  });

  it('stops all turns from the palette', async () => {
    await start('stream:65');
    await start('stream:66');
    await app.workbench.runCommand('Codex: Stop All Turns');
    await eventually(
      () => app.workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, undefined),
    );
  });

  it('copies the id of a thread, and the command that goes on with it in a terminal', async () => {
    const copies = async (title: string, expected: string): Promise<void> => {
      await (await app.workbench.tree().contextMenu('stream:65')).choose(title);
      await eventually(
        () => app.workbench.page.evaluate('navigator.clipboard.readText()'),
        (text) => assert.equal(text, expected),
      );
    };
    const [, shortId = ''] = /stream:65 .* · ([0-9a-f]{8})$/m.exec(await sees(/‖ stream:65/)) ?? [];
    const index = await readFile(join(app.home.stateRoot, 'threads.json'), 'utf8');
    const { threadId } = (JSON.parse(index) as Record<string, { threadId: string }>)[shortId] ?? {};
    assert.ok(threadId !== undefined);
    await copies('Copy Thread ID', threadId);
    await copies('Copy Codex Resume Command', `codex resume ${threadId}`);
  });

  it('resumes from the menu of a row', async () => {
    await (await app.workbench.tree().contextMenu('stream:65')).choose('Resume...');
    assert.equal((await app.workbench.quickInput()).value, 'Continue where you stopped.');
    await app.workbench.press('Control+A');
    await app.workbench.answer('say:"From the menu."');
    await sees(/^(?![^]*stream:65)[^]*✓ say:"From the menu\."/);
  });

  it('deletes several selected rows after one question', async () => {
    await app.workbench.tree().click('stream:66');
    await app.workbench.tree().click('A better name', { modifiers: ['Control'] });
    await (await app.workbench.tree().contextMenu('A better name')).choose('Delete...');
    const { text } = await app.workbench.dialog();
    assert.match(
      text,
      /^Delete 2 threads\?\n[^]*they can be restored\. No file of your project is touched\.$/,
    );
    await app.workbench.clickDialog('Delete');
    await sees(/^(?![^]*‖ (stream:66|A better name))[^]*▤/);
  });
});
