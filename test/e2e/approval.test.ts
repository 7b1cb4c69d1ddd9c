import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { projectRoot } from '../support/paths';
import { useWorkbench } from '../support/workbenchSuite';
import type { QuickInput } from '../support/workbenchQuickInput';

/** An MCP server that asks what it is told to. */
const askingServer = `[mcp_servers.tiny]
command = ${JSON.stringify(process.execPath)}
args = [${JSON.stringify(join(projectRoot, 'test', 'support', 'fakes', 'askingMcpServer.mjs'))}]
`;

describe('a turn that asks, in the workbench', function () {
  this.timeout(120_000);
  const app = useWorkbench({
    config: askingServer,
    settings: { 'codexCollab.approvalPolicy': 'on-request' },
  });
  const { sees } = app;

  const run = async (prompt: string, asks = /· wants to run .*touch/): Promise<void> => {
    await app.workbench.runCommand('Codex: Run Task');
    assert.match((await app.workbench.quickInput()).message, /asks to leave the sandbox/);
    await app.workbench.answer(prompt);
    await sees(new RegExp(`Needs You 1\\n {2}◉ .* ${asks.source}`));
    await eventually(
      () => app.workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, '◉ Codex 1'),
    );
  };
  /** A row that waits shows little of its prompt, cut at a word, so that what it waits for is seen. */
  const prompted = (label: string): string => label.replace('…', '');
  const tooltipSays = (label: string, pattern: RegExp): Promise<string> =>
    eventually(
      () => app.workbench.tree().tooltip(label),
      (text) => assert.match(text, pattern),
    );
  /** The next input may still be on its way. */
  const input = (check: (input: QuickInput) => void): Promise<QuickInput> =>
    eventually(() => app.workbench.quickInput(), check);
  const finished = (): Promise<unknown> =>
    eventually(
      () => app.workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, undefined),
    );

  it('is approved from the notification', async () => {
    await run(`ask:"touch ${app.folder}/approved.txt" say:done`);
    await app.workbench.screenshot('approval');
    await app.workbench.clickNotification('wants to run', 'Approve');
    await finished();
    assert.ok((await readdir(app.folder)).includes('approved.txt'));
  });

  it('is declined and stopped from the notification where codex offers no other way to say no', async () => {
    const label = 'Touch nothing…';
    await run(`${prompted(label)} ask:"touch ${app.folder}/refused.txt" say:done`);
    await eventually(
      () => app.workbench.notifications(),
      (shown) => {
        const asked = shown.find(({ text }) =>
          /^Codex \(Touch nothing .*wants to run .*refused\.txt/.test(text),
        );
        assert.deepEqual(asked?.buttons, ['Approve', 'Decline and Stop', 'Show']);
      },
    );
    assert.deepEqual(await app.workbench.tree().actions(label), ['Approve', 'Decline and Stop', 'Kill']);
    await tooltipSays(label, /wants to run[^]*touch .*refused\.txt[^]*May I run/);
    await app.workbench.screenshot('approval-tooltip');
    await app.workbench.tree().expand(label);
    await sees(/touch .*refused\.txt.* · waiting for you/);
    await app.workbench.clickNotification('wants to run', 'Decline and Stop');
    await finished();
    await sees(/Interrupted 1\n.* Touch nothing /);
    assert.ok(!(await readdir(app.folder)).includes('refused.txt'));
  });

  it('is declined from the row, and goes on', async () => {
    const file = join(app.home.home, 'declined.txt');
    await run(
      `Clean up the sample folder at last edit:${file}=one say:"As you wish."`,
      /· wants to change .*declined/,
    );
    const label = 'Clean up the…';
    assert.deepEqual(await app.workbench.tree().actions(label), ['Approve', 'Decline', 'Kill']);
    await app.workbench.tree().expand(label);
    await app.workbench.tree().clickAction(label, 'Decline');
    await finished();
    await sees(/^▸ Completed 2$/m);
    await app.workbench.tree().expand('Completed');
    await sees(/✓ Clean up the [^]*declined\.txt.* · declined[^]*As you wish\./);
    await app.workbench.screenshot('declined');
    assert.match(app.stub.requests.at(-1)?.outputs.at(-1)?.text ?? '', /rejected by user/);
    assert.ok(!(await readdir(app.home.home)).includes('declined.txt'));
  });

  it('is answered in words from the row, with a way back', async () => {
    const label = 'Choose a database…';
    await run(`${prompted(label)} question:"Which database?" say:done`, /· asks: Which database\?/);
    assert.deepEqual(await app.workbench.tree().actions(label), ['Answer...', 'Decline', 'Kill']);
    const menu = await app.workbench.tree().contextMenu(label);
    assert.ok(menu.entries.includes('Answer...') && menu.entries.includes('Decline'));
    assert.ok(!menu.entries.includes('Approve'));
    await menu.close();
    await app.workbench.tree().clickAction(label, 'Answer...');
    const { title, placeholder, items } = await app.workbench.quickInput();
    assert.deepEqual([title, placeholder], ['Answer Codex: Question', 'Which database?']);
    assert.deepEqual(items, ['Yes (Recommended) · Go on.', 'No · Leave it.', 'Other…']);
    await app.workbench.screenshot('answer-options');
    await app.workbench.choose('Other…');
    await input(({ message }) => assert.match(message, /Which database\?/));
    await app.workbench.screenshot('answer-other');
    await app.workbench.page.getByRole('button', { name: 'Back' }).click();
    await input(({ items }) => assert.ok(items.length > 0));
    await app.workbench.choose('No');
    await finished();
    assert.match(app.stub.requests.at(-1)?.outputs.at(-1)?.text ?? '', /"answers":\["No"\]/);
  });

  it('stays unanswered on Escape, and is answered from the transcript', async () => {
    const label = 'Ask me once more…';
    await run(`${prompted(label)} question:"Which\\ncache?" say:done`, /· asks: Which/);
    await app.workbench.tree().clickAction(label, 'Answer...');
    await app.workbench.quickInput();
    await app.workbench.press('Escape');
    await sees(/Needs You 1/);
    await app.workbench.tree().click(label);
    const answer = app.workbench.webview().getByRole('button', { name: 'Answer…' });
    await answer.waitFor();
    await app.workbench.screenshot('answer-card');
    await answer.click();
    await app.workbench.choose('Yes');
    await finished();
  });

  it('shows a change to be approved, in the transcript and in a diff editor', async () => {
    const file = join(app.home.home, 'settings.js');
    await writeFile(file, "export const port = 80;\nexport const host = 'localhost';\n");
    const label = 'Add a timeout to…';
    await run(
      `${prompted(label)} edit:${file}="export const timeoutMs = 5_000;" say:done`,
      /· wants to change .*settings/,
    );
    await app.workbench.tree().click(label);
    const diff = app.workbench.webview().locator('.approval .diff-line.added');
    await diff.waitFor();
    assert.match(await diff.innerText(), /export const timeoutMs = 5_000;/);
    await app.workbench.screenshot('approval-diff-light');
    await app.workbench.runCommand('Preferences: Color Theme');
    await app.workbench.choose('Dark Modern');
    await diff.waitFor();
    await app.workbench.screenshot('approval-diff-dark');
    const menu = await app.workbench.tree().contextMenu(label);
    await app.workbench.screenshot('approval-menu');
    const from = menu.entries.indexOf('Show Changes');
    assert.deepEqual(menu.entries.slice(from, from + 5), [
      ...['Show Changes', 'Approve', 'Approve for Session', 'Decline', 'Decline and Stop'],
    ]);
    await menu.choose('Show Changes');
    await eventually(
      () => app.workbench.editorTitles(),
      (titles) => assert.ok(titles.some((title) => title.startsWith('Requested Changes'))),
    );
    await eventually(
      () => app.workbench.page.locator('.multiDiffEditor .view-lines').allInnerTexts(),
      (texts) => assert.match(texts.join('\n').replaceAll('\u00a0', ' '), /timeoutMs = 5_000/),
    );
    await app.workbench.screenshot('requested-changes');
    await app.workbench.tree().clickAction(label, 'Approve');
    await finished();
    assert.match(await readFile(file, 'utf8'), /timeoutMs/);
  });

  it('is approved for the session from the menu, and not asked again', async () => {
    const file = join(app.home.home, 'list.txt');
    const label = 'Write two lines…';
    await run(`${prompted(label)} edit:${file}=one edit:${file}=two say:done`, /· wants to change .*list/);
    await (await app.workbench.tree().contextMenu(label)).choose('Approve for Session');
    await finished();
    assert.equal(await readFile(file, 'utf8'), 'one\ntwo\n');
  });

  it('is declined and stopped from the menu', async () => {
    const label = 'Try something…';
    await run(
      `${prompted(label)} edit:${join(app.home.home, 'no.txt')}=one say:done`,
      /· wants to change .*no/,
    );
    await (await app.workbench.tree().contextMenu(label)).choose('Decline and Stop');
    await finished();
    await sees(new RegExp(`Interrupted 2\\n {2}.*${prompted(label)}`));
  });

  it('fills in the form of an MCP server, step by step', async () => {
    const label = 'Let the server…';
    const properties = {
      name: { type: 'string', title: 'Name', description: 'As on the badge.', minLength: 2 },
      room: { type: 'string', title: 'Room', enum: ['red', 'green'] },
      seats: { type: 'integer', title: 'Seats', minimum: 1, default: 4 },
    };
    const params = {
      message: 'Book a room',
      requestedSchema: { type: 'object', properties, required: ['name'] },
    };
    await run(
      `${prompted(label)} tool:mcp__tiny/ask='${JSON.stringify(params)}' say:done`,
      /· asks for tiny: Book a room/,
    );
    await app.workbench.tree().click(label);
    await app.workbench.webview().getByText('As on the badge.', { exact: true }).waitFor();
    await app.workbench.screenshot('answer-form-card');
    await app.workbench.tree().clickAction(label, 'Answer...');
    await input(({ title }) => assert.match(title, /Answer Codex: Name \(1\/3\)/));
    await app.workbench.answer('A');
    await input(({ message }) => assert.match(message, /at least 2 characters/));
    await app.workbench.answer('Ada');
    await input(({ title, items }) => {
      assert.match(title, /\(2\/3\)/);
      assert.equal(items.length, 3);
    });
    await app.workbench.screenshot('answer-form-step');
    await app.workbench.choose('Leave Empty');
    await input(({ value }) => assert.equal(value, '4'));
    await app.workbench.page.getByRole('button', { name: 'Back' }).click();
    await input(({ title }) => assert.match(title, /\(2\/3\)/));
    await app.workbench.choose('green');
    await input(({ title }) => assert.match(title, /\(3\/3\)/));
    await app.workbench.answer('6');
    await finished();
    const output = app.stub.requests.at(-1)?.outputs.at(-1)?.text ?? '';
    assert.match(output, /"content":\{"name":"Ada","room":"green","seats":6\}/);
  });

  it('opens no page of an MCP server without a word of the person', async () => {
    const label = 'Let the server…';
    const params = {
      mode: 'url',
      message: 'Log in',
      url: 'https://example.invalid/a?b=c',
      elicitationId: '1',
    };
    await run(
      `${prompted(label)} tool:mcp__tiny/ask='${JSON.stringify(params)}' say:done`,
      /· asks for tiny: Log in/,
    );
    await app.workbench.tree().clickAction(label, 'Answer...');
    const { text, buttons } = await app.workbench.dialog();
    assert.match(text, /^Open a page of example\.invalid\?\n[^]*https:\/\/example\.invalid\/a\?b=c/);
    assert.deepEqual([...buttons].sort(), ['Cancel', 'Open']);
    await app.workbench.screenshot('answer-page');
    await app.workbench.clickDialog('Cancel');
    await sees(/Needs You 1/);
    await app.workbench.tree().clickAction(label, 'Decline');
    await finished();
    assert.match(app.stub.requests.at(-1)?.outputs.at(-1)?.text ?? '', /"action":"decline"/);
  });

  it('is approved from the palette once it has been read', async () => {
    await run(`${prompted('Do it for me in the palette…')} ask:"touch ${app.folder}/palette.txt" say:done`);
    await app.workbench.runCommand('Codex: Approve');
    await app.workbench.choose('Do it for me');
    assert.match((await app.workbench.dialog()).text, /touch .*palette\.txt/);
    await app.workbench.screenshot('approval-palette');
    await app.workbench.clickDialog('Approve');
    await finished();
    assert.ok((await readdir(app.folder)).includes('palette.txt'));
  });
});
