import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { questionRoot } from '../../src/state/questionMailbox';
import { isProcessAlive } from '../../src/state/processes';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const ASK = join(import.meta.dirname, '..', 'interop', 'programs', 'ask.mjs');
const STATUS_ITEM = 'codexCollab.turns';

describe('Codex: Run Task in the workbench', function () {
  this.timeout(120_000);
  const app = useWorkbench();

  const statusBar = (): Promise<string | undefined> => app.workbench.statusBarText(STATUS_ITEM);
  const openLog = async (label: string): Promise<void> => {
    const menu = await app.workbench.tree().contextMenu(label);
    await menu.choose('Open Log');
  };
  const state = (...parts: string[]): string => join(app.home.stateRoot, ...parts);

  /** The running thread with that prompt, from the shared files as the CLI would read them. */
  const runningThread = async (prompt: string): Promise<{ threadId: string; pid: number }> => {
    const index = JSON.parse(await readFile(state('threads.json'), 'utf8')) as Record<
      string,
      { threadId: string; lastStatus: string; preview: string }
    >;
    const running = Object.entries(index).find(
      ([, entry]) => entry.lastStatus === 'running' && entry.preview === prompt,
    );
    assert.ok(running, 'a running thread');
    const pid = Number(await readFile(state('pids', running[0]), 'utf8'));
    return { threadId: running[1].threadId, pid };
  };

  it('shows an empty view that offers the first task, and nothing in the status bar', async () => {
    await eventually(
      () => app.workbench.welcomeText(),
      (text) => assert.match(text, /No threads here yet\.[^]*Run Task/),
    );
    assert.equal(await statusBar(), undefined);
    await app.workbench.screenshot('empty-view');
  });

  it('says what will be used while the person types, and refuses an empty prompt', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    const input = await app.workbench.quickInput();
    assert.match(input.message, /sample · workspace-write · never asks/);
    await app.workbench.screenshot('run-task-input');
    await app.workbench.press('Enter');
    await eventually(
      async () => (await app.workbench.quickInput()).message,
      (message) => assert.match(message, /Say what Codex should do/),
    );
    await app.workbench.press('Escape');
  });

  it('runs a task: running row and status bar, then the completed row, its transcript and its log', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Explain the sample folder stream:10 say:"All is well."');
    await app.sees(/^Running 1\n {2}⟳ Explain the sample folder… · \d+s · offline · [0-9a-f]{8}$/m);
    await eventually(statusBar, (text) => assert.equal(text, '⟳ Codex 1'));
    await eventually(
      () => app.workbench.badge('Codex'),
      (badge) => assert.equal(badge, '1'),
    );
    await app.workbench.screenshot('running');

    await app.sees(/Completed 1/);
    await app.workbench.screenshot('finished');
    await app.workbench.clickNotification('Codex finished: Explain the sample folder', 'Open');
    await eventually(
      () => app.workbench.webviewText(),
      (text) => assert.match(text, /All is well\./),
    );
    await app.workbench.tree().expand('Completed');
    await app.sees(/✓ Explain the sample folder/);
    assert.equal(await statusBar(), undefined);
    await openLog('Explain the sample folder…');
    await eventually(
      () => app.workbench.editorText(),
      (text) => assert.match(text, /All is well\./),
    );
    await app.workbench.screenshot('output');
    assert.deepEqual(await readdir(state('pids')), []);
  });

  it('shows within a second that another program killed a thread, and ends its codex', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('stream:60');
    await app.sees(/⟳ stream:60/);
    const { threadId, pid } = await eventually(
      () => runningThread('stream:60'),
      () => undefined,
    );
    await once(spawn('touch', [state('kill-signals', threadId)]), 'close');
    await app.sees(/Interrupted 1\n {2}‖ stream:60 · .*killed/, { deadlineMs: 1_000 });
    await eventually(
      () => isProcessAlive(pid),
      (isAlive) => assert.equal(isAlive, false),
      { deadlineMs: 1_000 },
    );
    await eventually(statusBar, (text) => assert.equal(text, undefined));
    await app.workbench.screenshot('killed-outside');
  });

  it('lists the active turns at a click on the status bar, and opens one as it is written', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Count for me stream:60');
    await eventually(statusBar, (text) => assert.equal(text, '⟳ Codex 1'));
    await app.workbench.clickStatusBar(STATUS_ITEM);
    const { items } = await app.workbench.quickInput();
    assert.match(items.join('\n'), /^Count for me stream:60 · \d+s · offline · [0-9a-f]{8}\nStop All$/);
    await app.workbench.screenshot('active-turns');
    await app.workbench.choose('Count for me');
    await eventually(
      () => app.workbench.webviewText(),
      (text) => assert.match(text, /tick\d/),
    );
    await openLog('Count for me stream:60');
    const first = await eventually(
      () => app.workbench.editorText(),
      (text) => assert.match(text, /Codex is writing…[^]*tick\d/),
    );
    await eventually(
      () => app.workbench.editorText(),
      (text) => assert.notEqual(text, first),
    );
    await app.workbench.screenshot('live-output');
    const { threadId } = await runningThread('Count for me stream:60');
    await once(spawn('touch', [state('kill-signals', threadId)]), 'close');
    await eventually(statusBar, (text) => assert.equal(text, undefined));
  });

  it('kills by a button of that list, which follows, and the others by its last entry', async () => {
    for (const [index, prompt] of ['Kill me stream:61', 'Stop us stream:62', 'Stop us stream:63'].entries()) {
      await app.workbench.runCommand('Codex: Run Task');
      await app.workbench.answer(prompt);
      await eventually(statusBar, (text) => assert.equal(text, `⟳ Codex ${index + 1}`));
    }
    await app.workbench.clickStatusBar(STATUS_ITEM);
    await app.workbench.clickItemButton('Kill me', 'Kill');
    await eventually(
      async () => (await app.workbench.quickInput()).items,
      (items) => assert.match(items.join('\n'), /^Stop us stream:62 .*\nStop us stream:63 .*\nStop All$/),
    );
    await app.workbench.screenshot('active-turns-killed');
    await app.sees(/‖ Kill me stream:61 · .*killed/);
    await app.workbench.choose('Stop All');
    await eventually(statusBar, (text) => assert.equal(text, undefined));
  });

  it('tells in the tooltip of the status bar how long turns have run, and kills from there', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Look at me stream:64');
    await eventually(statusBar, (text) => assert.equal(text, '⟳ Codex 1'));
    await app.workbench.page.locator(`.statusbar-item[id$="${STATUS_ITEM}"] a`).hover();
    const hover = app.workbench.page.locator('.workbench-hover').last();
    await hover.hover();
    assert.match(await hover.innerText(), /Look at me stream:64 · \d+s — Open · Kill/);
    await app.workbench.screenshot('status-bar-tooltip');
    await hover.getByText('Kill').click();
    await app.sees(/‖ Look at me stream:64 · .*killed/);
  });

  it('lists what a run asks although no turn is known to run', async () => {
    const key = `runTask-${randomBytes(8).toString('hex')}`;
    const args = [ASK, questionRoot(), key, app.folder, '60', 'Which port?'];
    const asker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let said = '';
      asker.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await eventually(statusBar, (text) => assert.match(text ?? '', /Codex 1$/));
      await app.workbench.clickStatusBar(STATUS_ITEM);
      const { items } = await app.workbench.quickInput();
      assert.match(items.join('\n'), /^Which port\? · asks you · \d+[ms] left · sample$/);
      await app.workbench.page.mouse.move(640, 400);
      await app.workbench.screenshot('active-question');
      await app.workbench.choose('Which port?');
      await eventually(
        () => app.workbench.quickInput(),
        ({ title }) => assert.equal(title, 'Answer Codex'),
      );
      await app.workbench.answer('8081');
      await eventually(
        () => said,
        (text) => assert.match(text, /answer 8081/),
      );
      await eventually(statusBar, (text) => assert.equal(text, undefined));
    } finally {
      asker.kill('SIGKILL');
      await rm(join(questionRoot(), key), { recursive: true, force: true });
    }
  });
});
