import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const TASK = 'Look around in the sample folder';
const TITLE = 'Look around in the sample…';

/** Runs in the page: what is wider than its place, and what of the box is not wholly on the screen. */
const CUT_OFF = `(() => {
  const places = ['html', 'body', '.conversation', '.bottom-area', '.prompt-frame', '.prompt-input'];
  const wide = places
    .map((selector) => document.querySelector(selector))
    .filter((place) => place.scrollWidth > place.clientWidth);
  const outside = [...document.querySelectorAll('.prompt-frame > *')].filter((part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    return part.checkVisibility() && (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight);
  });
  return [...wide, ...outside].map(({ localName, className }) => localName + ' ' + className);
})()`;

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

  const inPage = <T>(script: string): Promise<T> =>
    app.workbench.webview().locator('body').evaluate<T, undefined>(script);

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

  it('is searched with the find widget of VS Code, which gives the keys back', async () => {
    const widget = app.workbench.page.locator('.simple-find-part.visible');
    await app.workbench.webview().locator('.turn-prompt .prompt').last().click();
    await app.workbench.press('Control+F');
    await widget.getByRole('textbox').fill('tick2 TICK3');
    await app.workbench.press('Enter');
    await eventually(
      () => inPage<string>('getSelection().toString()'),
      (text) => assert.equal(text, 'tick2 tick3'),
    );
    await app.workbench.screenshot('transcript-find');
    await app.workbench.press('Escape');
    await widget.waitFor({ state: 'hidden' });
    await app.workbench.press('Tab');
    await eventually(
      () => inPage<string>('document.hasFocus() ? document.activeElement.textContent : ""'),
      (focused) => assert.match(focused, /\$ touch .*allowed\.txt/, 'the step below the prompt'),
    );
  });

  describe('zoomed to 200 %', () => {
    const full = { width: 1280, height: 800 };
    // What a browser does that draws everything twice as large.
    before(() => app.workbench.page.setViewportSize({ width: full.width / 2, height: full.height / 2 }));
    after(() => app.workbench.page.setViewportSize(full));

    it('asks for leave, takes words and stops without cutting anything off', async () => {
      const webview = app.workbench.webview();
      await write(`${'long'.repeat(60)} run:"echo ${'wide'.repeat(60)}" ask:"touch zoomed.txt" stream:60`);
      await webview.getByRole('button', { name: 'Approve', exact: true }).waitFor();
      await app.workbench.screenshot('transcript-zoomed-approval');
      assert.deepEqual(await inPage(CUT_OFF), []);
      await webview.getByRole('button', { name: 'Approve', exact: true }).click();
      await sees(/\$ touch zoomed\.txt[^]*tick1 tick2/);
      await webview.getByRole('textbox').fill('And be quick.');
      await app.workbench.screenshot('transcript-zoomed');
      assert.deepEqual(await inPage(CUT_OFF), []);
      const spinning = "getComputedStyle(document.querySelector('.codicon.spin')).animationName";
      assert.equal(await inPage(spinning), 'none', 'the window is set to move nothing');
      await webview.getByRole('button', { name: 'Send' }).click();
      await sees(/\n\s*And be quick\.\s*\n/);
      await webview.getByRole('button', { name: 'Stop' }).click();
      await treeSees(/Interrupted 1/);
    });
  });

  it('is back after a reload of the window', async () => {
    await app.workbench.saved(/codex-thread:\//);
    await app.workbench.reload();
    // The window may have saved itself last before other tabs, its log for one, were closed.
    await app.workbench.page.locator('.tab .label-name', { hasText: 'Look around' }).first().click();
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
