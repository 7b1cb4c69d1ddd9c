import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const TASK = 'Look around in the sample folder';
const TITLE = 'Look around in the sample…';

describe('the transcript of a thread in the workbench', function () {
  this.timeout(120_000);
  const app = useWorkbench({
    settings: { 'codexCollab.approvalPolicy': 'on-request' },
    prepare: (_home, folder) => writeFile(join(folder, 'notes.txt'), 'one\ntwo\n'),
  });
  const { sees: treeSees } = app;

  const sees = (pattern: RegExp): Promise<string> =>
    eventually(
      () => app.workbench.webviewText(),
      (text) => assert.match(text, pattern),
    );
  const run = async (prompt: string): Promise<void> => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer(prompt);
    await treeSees(/⟳|◉/);
  };
  const write = async (text: string): Promise<void> => {
    const box = app.workbench.webview().getByRole('textbox');
    await box.fill(text);
    await box.press('Enter');
    await eventually(
      () => box.inputValue(),
      (value) => assert.equal(value, ''),
    );
  };
  const titlesAre = (expected: readonly (string | RegExp)[]): Promise<unknown> =>
    eventually(
      () => app.workbench.editorTitles(),
      (titles) => {
        assert.equal(titles.length, expected.length, titles.join());
        for (const [i, title] of expected.entries()) {
          if (typeof title === 'string') assert.equal(titles[i], title);
          else assert.match(titles[i] ?? '', title);
        }
      },
    );
  const close = async (title: string): Promise<void> => {
    const tab = app.workbench.page.locator('.part.editor .tab').filter({ hasText: title });
    await tab.locator('.tab-actions .action-label').click();
  };
  const hasFocus = (selector: string): Promise<unknown> =>
    eventually(
      () => app.workbench.page.locator(`${selector}:focus`).count(),
      (count) => assert.equal(count, 1),
    );

  it('opens at a click on the row and shows the answer as it is written, while the keys stay with the view', async () => {
    await run(`${TASK} run:"cat notes.txt" edit:made.txt="a\\nb\\n" stream:60`);
    await app.workbench.tree().click(TITLE);
    const first = await sees(/tick1 tick2/);
    await eventually(
      () => app.workbench.webviewText(),
      (text) => assert.notEqual(text, first),
    );
    assert.match(first, /cat notes\.txt/);
    assert.match(first, /made\.txt/);
    await hasFocus('.monaco-list');
    await app.workbench.screenshot('transcript-streaming');
  });

  it('gives the running turn more words', async () => {
    await write('And count the files.');
    await sees(/And count the files\./);
  });

  it('stops the turn', async () => {
    await app.workbench.webview().getByRole('button', { name: 'Stop' }).click();
    await treeSees(new RegExp(`Interrupted 1\\n {2}.*${TITLE} .*killed`));
    await sees(/Interrupted/);
    await app.workbench.screenshot('transcript-stopped');
  });

  it('opens what the turn changed and the log in tabs beside its own', async () => {
    await app.workbench.webview().getByRole('button', { name: 'Open Changes', exact: true }).click();
    await titlesAre([TITLE, /^Changes of Turn 1/]);
    await close('Changes of Turn 1');
    await app.workbench.webview().getByRole('button', { name: 'Open Changes of made.txt' }).click();
    await titlesAre([TITLE, 'made.txt (Turn 1)']);
    await close('made.txt (Turn 1)');
    await app.workbench.webview().getByRole('button', { name: 'Open Log' }).click();
    await eventually(
      () => app.workbench.editorText(),
      (text) => assert.match(text, /tick1 tick2/),
    );
    await app.workbench.runCommand('View: Close Editor');
    await titlesAre([TITLE]);
    await sees(/Interrupted/);
  });

  it('goes on by what is typed below it, under the same short id', async () => {
    const [, shortId = ''] =
      /Interrupted 1\n.* · ([0-9a-f]{8})$/m.exec(await app.workbench.tree().text()) ?? [];
    await write('Go on say:"Here I am *again*."');
    await sees(/Here I am again\./);
    await treeSees(new RegExp(`Completed 1`));
    const index = JSON.parse(await readFile(join(app.home.stateRoot, 'threads.json'), 'utf8')) as object;
    assert.deepEqual(Object.keys(index), [shortId]);
    await app.workbench.screenshot('transcript-resumed');
  });

  it('keeps what was typed and not sent while its tab is behind another', async () => {
    const box = app.workbench.webview().getByRole('textbox');
    await box.fill('Not yet');
    await app.workbench.runCommand('File: New Untitled Text File');
    await app.workbench.runCommand('View: Close Editor');
    await sees(/Here I am again\./);
    await eventually(
      () => app.workbench.webview().getByRole('textbox').inputValue(),
      (value) => assert.equal(value, 'Not yet'),
    );
    await box.fill('');
  });

  it('asks for leave, and goes on when it has it', async () => {
    await write(`ask:"touch ${join(app.folder, 'allowed.txt')}" say:"Done as asked."`);
    const approve = app.workbench.webview().getByRole('button', { name: 'Approve', exact: true });
    await approve.waitFor();
    await app.workbench.screenshot('transcript-approval');
    assert.deepEqual(await app.workbench.notifications(), [], 'one looks at it already');
    await approve.click();
    await treeSees(/Completed 1/);
    await sees(/\n\s*Done as asked\.\s*\n/);
    assert.equal(await readFile(join(app.folder, 'allowed.txt'), 'utf8'), '');
  });

  it('is back after a reload of the window', async () => {
    await app.workbench.saved(/codex-thread:\//);
    await app.workbench.reload();
    // In front stands what the window has saved last, perhaps before the other tab was closed.
    await app.workbench.page.locator('.tab .label-name', { hasText: 'Look around' }).click();
    await sees(/tick1 tick2[^]*Here I am again\.[^]*\$ touch [^]*Done as asked\./);
  });

  for (const [theme, kind] of [
    ['Dark Modern', 'vscode-dark'],
    ['Dark High Contrast', 'vscode-high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light'],
  ] as const) {
    it(`can be read in ${theme}`, async () => {
      await app.workbench.runCommand('Preferences: Color Theme');
      await app.workbench.answer(theme);
      await app.workbench.webview().locator(`body.${kind}`).waitFor();
      await app.workbench.screenshot(`transcript-${theme}`);
    });
  }
});
