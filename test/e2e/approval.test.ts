import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { projectRoot } from '../support/paths';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import type { QuickInput } from '../support/workbenchQuickInput';

/** An MCP server that asks what it is told to. */
const askingServer = `[mcp_servers.tiny]
command = ${JSON.stringify(process.execPath)}
args = [${JSON.stringify(join(projectRoot, 'test', 'support', 'fakes', 'askingMcpServer.mjs'))}]
`;

describe('a turn that asks, in the workbench', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl, config: askingServer });
    folder = await home.workspace('sample');
    workbench = await Workbench.start({
      home,
      workspace: folder,
      settings: { 'codexCollab.approvalPolicy': 'on-request' },
    });
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

  const treeSees = (pattern: RegExp): Promise<string> =>
    eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, pattern),
    );
  const run = async (prompt: string, asks = /· wants to run .*touch/): Promise<void> => {
    await workbench.runCommand('Codex: Run Task');
    assert.match((await workbench.quickInput()).message, /asks to leave the sandbox/);
    await workbench.answer(prompt);
    await treeSees(new RegExp(`Needs You 1\\n {2}◉ .* ${asks.source}`));
    await eventually(
      () => workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, '◉ Codex 1'),
    );
  };
  /** A row shows as much of a prompt as fits, and cuts it at a word. */
  const prompted = (label: string): string => label.replace('…', '');
  const tooltipSays = (label: string, pattern: RegExp): Promise<string> =>
    eventually(
      () => workbench.tree().tooltip(label),
      (text) => assert.match(text, pattern),
    );
  /** The next input may still be on its way. */
  const input = (check: (input: QuickInput) => void): Promise<QuickInput> =>
    eventually(() => workbench.quickInput(), check);
  const finished = (): Promise<unknown> =>
    eventually(
      () => workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, undefined),
    );

  it('is approved from the notification', async () => {
    await run(`ask:"touch ${folder}/approved.txt" say:done`);
    await workbench.screenshot('approval');
    await workbench.clickNotification('wants to run', 'Approve');
    await finished();
    assert.ok((await readdir(folder)).includes('approved.txt'));
  });

  it('is declined from the row', async () => {
    await run(`Clean up the sample folder at last ask:"touch ${folder}/declined.txt" say:done`);
    const label = 'Clean up the sample folder at…';
    assert.deepEqual(await workbench.tree().actions(label), ['Approve', 'Decline', 'Kill']);
    await tooltipSays(label, /wants to run[^]*touch .*declined\.txt[^]*May I run/);
    await workbench.screenshot('approval-tooltip');
    await workbench.tree().clickAction(label, 'Decline');
    await finished();
    assert.ok(!(await readdir(folder)).includes('declined.txt'));
  });

  it('is answered in words from the row, with a way back', async () => {
    const label = 'Choose a database for this…';
    await run(`${prompted(label)} question:"Which database?" say:done`, /· asks: Which database\?/);
    assert.deepEqual(await workbench.tree().actions(label), ['Answer...', 'Decline', 'Kill']);
    const menu = await workbench.tree().contextMenu(label);
    assert.ok(menu.entries.includes('Answer...') && menu.entries.includes('Decline'));
    assert.ok(!menu.entries.includes('Approve'));
    await menu.close();
    await workbench.tree().clickAction(label, 'Answer...');
    const { title, placeholder, items } = await workbench.quickInput();
    assert.deepEqual([title, placeholder], ['Answer Codex: Question', 'Which database?']);
    assert.deepEqual(items, ['Yes (Recommended) · Go on.', 'No · Leave it.', 'Other…']);
    await workbench.screenshot('answer-options');
    await workbench.choose('Other…');
    await input(({ message }) => assert.match(message, /Which database\?/));
    await workbench.screenshot('answer-other');
    await workbench.page.getByRole('button', { name: 'Back' }).click();
    await input(({ items }) => assert.ok(items.length > 0));
    await workbench.choose('No');
    await finished();
    assert.match(stub.requests.at(-1)?.outputs.at(-1)?.text ?? '', /"answers":\["No"\]/);
  });

  it('stays unanswered on Escape, and is answered from the transcript', async () => {
    const label = 'Ask me once more before you go…';
    await run(`${prompted(label)} question:"Which\\ncache?" say:done`, /· asks: Which/);
    await workbench.tree().clickAction(label, 'Answer...');
    await workbench.quickInput();
    await workbench.press('Escape');
    await treeSees(/Needs You 1/);
    await workbench.tree().click(label);
    const answer = workbench.webview().getByRole('button', { name: 'Answer…' });
    await answer.waitFor();
    await workbench.screenshot('answer-card');
    await answer.click();
    await workbench.choose('Yes');
    await finished();
  });

  it('shows a change to be approved, in the transcript and in a diff editor', async () => {
    const file = join(home.home, 'settings.js');
    await writeFile(file, "export const port = 80;\nexport const host = 'localhost';\n");
    const label = 'Add a timeout to the settings…';
    await run(
      `${prompted(label)} edit:${file}="export const timeoutMs = 5_000;" say:done`,
      /· wants to change .*settings/,
    );
    await workbench.tree().click(label);
    const diff = workbench.webview().locator('.approval .diff-line.added');
    await diff.waitFor();
    assert.match(await diff.innerText(), /export const timeoutMs = 5_000;/);
    await workbench.screenshot('approval-diff-light');
    await workbench.runCommand('Preferences: Color Theme');
    await workbench.choose('Dark Modern');
    await diff.waitFor();
    await workbench.screenshot('approval-diff-dark');
    const menu = await workbench.tree().contextMenu(label);
    await workbench.screenshot('approval-menu');
    const from = menu.entries.indexOf('Show Changes');
    assert.deepEqual(menu.entries.slice(from, from + 5), [
      ...['Show Changes', 'Approve', 'Approve for Session', 'Decline', 'Decline and Stop'],
    ]);
    await menu.choose('Show Changes');
    await eventually(
      () => workbench.editorTitles(),
      (titles) => assert.ok(titles.some((title) => title.startsWith('Requested Changes'))),
    );
    await eventually(
      () => workbench.page.locator('.multiDiffEditor .view-lines').allInnerTexts(),
      (texts) => assert.match(texts.join('\n').replaceAll('\u00a0', ' '), /timeoutMs = 5_000/),
    );
    await workbench.screenshot('requested-changes');
    await workbench.tree().clickAction(label, 'Approve');
    await finished();
    assert.match(await readFile(file, 'utf8'), /timeoutMs/);
  });

  it('is approved for the session from the menu, and not asked again', async () => {
    const file = join(home.home, 'list.txt');
    const label = 'Write two lines into one file…';
    await run(`${prompted(label)} edit:${file}=one edit:${file}=two say:done`, /· wants to change .*list/);
    await (await workbench.tree().contextMenu(label)).choose('Approve for Session');
    await finished();
    assert.equal(await readFile(file, 'utf8'), 'one\ntwo\n');
  });

  it('is declined and stopped from the menu', async () => {
    const label = 'Try something else altogether…';
    await run(`${prompted(label)} edit:${join(home.home, 'no.txt')}=one say:done`, /· wants to change .*no/);
    await (await workbench.tree().contextMenu(label)).choose('Decline and Stop');
    await finished();
    await treeSees(new RegExp(`Interrupted 1\\n {2}.*${label}`));
  });

  it('fills in the form of an MCP server, step by step', async () => {
    const label = 'Let the server ask me that…';
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
    await workbench.tree().click(label);
    await workbench.webview().getByText('As on the badge.', { exact: true }).waitFor();
    await workbench.screenshot('answer-form-card');
    await workbench.tree().clickAction(label, 'Answer...');
    await input(({ title }) => assert.match(title, /Answer Codex: Name \(1\/3\)/));
    await workbench.answer('A');
    await input(({ message }) => assert.match(message, /at least 2 characters/));
    await workbench.answer('Ada');
    await input(({ title, items }) => {
      assert.match(title, /\(2\/3\)/);
      assert.equal(items.length, 3);
    });
    await workbench.screenshot('answer-form-step');
    await workbench.choose('Leave Empty');
    await input(({ value }) => assert.equal(value, '4'));
    await workbench.page.getByRole('button', { name: 'Back' }).click();
    await input(({ title }) => assert.match(title, /\(2\/3\)/));
    await workbench.choose('green');
    await input(({ title }) => assert.match(title, /\(3\/3\)/));
    await workbench.answer('6');
    await finished();
    const output = stub.requests.at(-1)?.outputs.at(-1)?.text ?? '';
    assert.match(output, /"content":\{"name":"Ada","room":"green","seats":6\}/);
  });

  it('opens no page of an MCP server without a word of the person', async () => {
    const label = 'Let the server open a page…';
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
    await workbench.tree().clickAction(label, 'Answer...');
    const { text, buttons } = await workbench.dialog();
    assert.match(text, /^Open a page of example\.invalid\?\n[^]*https:\/\/example\.invalid\/a\?b=c/);
    assert.deepEqual([...buttons].sort(), ['Cancel', 'Open']);
    await workbench.screenshot('answer-page');
    await workbench.clickDialog('Cancel');
    await treeSees(/Needs You 1/);
    await workbench.tree().clickAction(label, 'Decline');
    await finished();
    assert.match(stub.requests.at(-1)?.outputs.at(-1)?.text ?? '', /"action":"decline"/);
  });

  it('is approved from the palette once it has been read', async () => {
    await run(`${prompted('Do it for me in the palette…')} ask:"touch ${folder}/palette.txt" say:done`);
    await workbench.runCommand('Codex: Approve');
    await workbench.choose('Do it for me');
    assert.match((await workbench.dialog()).text, /touch .*palette\.txt/);
    await workbench.screenshot('approval-palette');
    await workbench.clickDialog('Approve');
    await finished();
    assert.ok((await readdir(folder)).includes('palette.txt'));
  });
});
