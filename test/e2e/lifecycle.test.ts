import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

describe('Kill, Resume and Delete in the workbench', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let workbench: Workbench;
  let deletedShortId = '';

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    workbench = await Workbench.start({ home, workspace: await home.workspace('sample') });
    await workbench.openView('Codex');
  });
  afterEach(async function () {
    await workbench.recordFailure(this.currentTest);
  });
  after(async () => {
    await workbench.end();
    await stub.stop();
    await assertNoProcessOf(home.home);
    await home.dispose();
  });

  const sees = (pattern: RegExp): Promise<string> =>
    eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, pattern),
    );
  const start = async (prompt: string): Promise<void> => {
    await workbench.runCommand('Codex: Run Task');
    await workbench.answer(prompt);
    await sees(new RegExp(`⟳ ${prompt}`));
  };

  it('has a menu for a running row with what applies to it, and kills by it', async () => {
    await start('stream:61');
    const menu = await workbench.tree().contextMenu('stream:61');
    assert.deepEqual(menu.entries, [
      ...['Open Transcript', 'Open Log', '—', 'Kill', '—'],
      ...['Copy Thread ID', 'Copy Codex Resume Command', 'Open Folder', '—', 'Rename...', 'Delete...'],
    ]);
    await workbench.screenshot('menu-running');
    await menu.choose('Kill');
    await sees(/Interrupted 1\n {2}‖ stream:61 · .*killed/);
  });

  it('resumes an interrupted thread under its short id', async () => {
    const [, shortId] = /stream:61 .* · ([0-9a-f]{8})$/m.exec(await workbench.tree().text()) ?? [];
    assert.deepEqual(await workbench.tree().actions('stream:61'), ['Resume...']);
    await workbench.tree().clickAction('stream:61', 'Resume...');
    const input = await workbench.quickInput();
    assert.equal(input.value, 'Continue where you stopped.');
    await workbench.screenshot('resume-input');
    await workbench.press('Control+A');
    await workbench.answer('say:"Here I am again."');
    await sees(/Completed 1/);
    await workbench.tree().expand('Completed');
    await sees(new RegExp(`✓ say:"Here I am again\\." · .* · ${shortId}$`, 'm'));
    const index = JSON.parse(await readFile(join(home.stateRoot, 'threads.json'), 'utf8')) as object;
    assert.deepEqual(Object.keys(index), [shortId]);
    const log = await readFile(join(home.stateRoot, 'logs', `${shortId}.log`), 'utf8');
    assert.match(log, /tick1 [^]*Here I am again\./);
  });

  it('kills several selected rows at once', async () => {
    await start('stream:62');
    await start('stream:63');
    await workbench.tree().click('stream:62');
    await workbench.tree().click('stream:63', { modifiers: ['Control'] });
    await (await workbench.tree().contextMenu('stream:63')).choose('Kill');
    await sees(/Interrupted 2\n/);
  });

  it('deletes with the Delete key after asking, and says what stays', async () => {
    deletedShortId = /stream:62 .* · ([0-9a-f]{8})$/m.exec(await workbench.tree().text())?.[1] ?? '';
    await workbench.tree().click('stream:62');
    await workbench.press('Delete');
    const dialog = await workbench.dialog();
    assert.match(dialog.text, /Delete “stream:62”\?[^]*No file of your project is touched\./);
    await workbench.screenshot('delete-dialog');
    await workbench.clickDialog('Delete');
    await eventually(
      () => workbench.tree().text(),
      (text) => assert.doesNotMatch(text, /stream:62/),
    );
    const archived = join(home.codexHome, 'archived_sessions');
    assert.equal((await readdir(archived)).length, 1);
  });

  it('shows what was deleted under Archived, and restores it under its short id', async () => {
    await workbench.tree().expand('Archived');
    await sees(/Archived\n {2}▤ stream:62 · now · offline/);
    const menu = await workbench.tree().contextMenu('stream:62');
    assert.deepEqual(menu.entries, ['Restore', '—', 'Delete Permanently...']);
    await workbench.screenshot('menu-archived');
    await menu.choose('Restore');
    await sees(/Interrupted 2\n(.*\n)*? {2}‖ stream:62/);
    const index = JSON.parse(await readFile(join(home.stateRoot, 'threads.json'), 'utf8')) as object;
    assert.ok(Object.keys(index).includes(deletedShortId), deletedShortId);
  });

  it('deletes an archived thread for ever, after a question of its own', async () => {
    await workbench.tree().click('stream:62');
    await workbench.press('Delete');
    await workbench.clickDialog('Delete');
    await sees(/^(?![^]*‖ stream:62)[^]*Archived\n {2}▤ stream:62/);
    await (await workbench.tree().contextMenu('stream:62')).choose('Delete Permanently...');
    assert.match((await workbench.dialog()).text, /permanently\?[^]*This cannot be undone/);
    await workbench.clickDialog('Delete Permanently');
    await eventually(
      () => workbench.tree().text(),
      (text) => assert.doesNotMatch(text, /stream:62/),
    );
    assert.deepEqual(await readdir(join(home.codexHome, 'archived_sessions')), []);
  });

  it('stops a running thread before it deletes it', async () => {
    await start('stream:64');
    await (await workbench.tree().contextMenu('stream:64')).choose('Delete...');
    assert.match((await workbench.dialog()).text, /Its turn is stopped first/);
    await workbench.clickDialog('Delete');
    await sees(/^(?![^]*⟳ stream:64)[^]*▤ stream:64/);
    assert.deepEqual(await readdir(join(home.stateRoot, 'pids')), []);
    assert.deepEqual(await readdir(join(home.stateRoot, 'kill-signals')), []);
  });

  it('renames with F2, and codex knows the name', async () => {
    await workbench.tree().click('stream:63');
    await workbench.press('F2');
    await workbench.press('Control+A');
    await workbench.answer('A better name');
    await sees(/‖ A better name · /);
    const { stdout } = await promisify(execFile)('grep', ['-rl', 'A better name', home.codexHome]);
    assert.notEqual(stdout, '');
  });

  it('stops all turns from the palette', async () => {
    await start('stream:65');
    await start('stream:66');
    await workbench.runCommand('Codex: Stop All Turns');
    await eventually(
      () => workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, undefined),
    );
  });
});
