import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from '../../src/state/processes';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

const STATUS_ITEM = 'codexCollab.turns';

describe('Codex: Run Task in the workbench', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let workbench: Workbench;

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

  const tree = (): Promise<string> => workbench.tree().text();
  const statusBar = (): Promise<string | undefined> => workbench.statusBarText(STATUS_ITEM);
  const openLog = async (label: string): Promise<void> => {
    const menu = await workbench.tree().contextMenu(label);
    await menu.choose('Open Log');
  };
  const state = (...parts: string[]): string => join(home.stateRoot, ...parts);

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
      () => workbench.welcomeText(),
      (text) => assert.match(text, /No threads here yet\.[^]*Run Task/),
    );
    assert.equal(await statusBar(), undefined);
    await workbench.screenshot('empty-view');
  });

  it('says what will be used while the person types, and refuses an empty prompt', async () => {
    await workbench.runCommand('Codex: Run Task');
    const input = await workbench.quickInput();
    assert.match(input.message, /sample · workspace-write · never asks/);
    await workbench.screenshot('run-task-input');
    await workbench.press('Enter');
    await eventually(
      async () => (await workbench.quickInput()).message,
      (message) => assert.match(message, /Say what Codex should do/),
    );
    await workbench.press('Escape');
  });

  it('runs a task: running row and status bar, then the completed row, its transcript and its log', async () => {
    await workbench.runCommand('Codex: Run Task');
    await workbench.answer('Explain the sample folder stream:10 say:"All is well."');
    await eventually(tree, (text) => {
      assert.match(text, /^Running 1\n {2}⟳ Explain the sample folder… · \d+s · offline · [0-9a-f]{8}$/m);
    });
    await eventually(statusBar, (text) => assert.equal(text, '⟳ Codex 1'));
    await eventually(
      () => workbench.badge('Codex'),
      (badge) => assert.equal(badge, '1'),
    );
    await workbench.screenshot('running');

    await eventually(tree, (text) => assert.match(text, /Completed 1/));
    await workbench.screenshot('finished');
    await workbench.clickNotification('Codex finished: Explain the sample folder', 'Open');
    await eventually(
      () => workbench.webviewText(),
      (text) => assert.match(text, /All is well\./),
    );
    await workbench.tree().expand('Completed');
    await eventually(tree, (text) => assert.match(text, /✓ Explain the sample folder/));
    assert.equal(await statusBar(), undefined);
    await openLog('Explain the sample folder…');
    await eventually(
      () => workbench.editorText(),
      (text) => assert.match(text, /All is well\./),
    );
    await workbench.screenshot('output');
    assert.deepEqual(await readdir(state('pids')), []);
  });

  it('shows within a second that another program killed a thread, and ends its codex', async () => {
    await workbench.runCommand('Codex: Run Task');
    await workbench.answer('stream:60');
    await eventually(tree, (text) => assert.match(text, /⟳ stream:60/));
    const { threadId, pid } = await eventually(
      () => runningThread('stream:60'),
      () => undefined,
    );
    await once(spawn('touch', [state('kill-signals', threadId)]), 'close');
    await eventually(tree, (text) => assert.match(text, /Interrupted 1\n {2}‖ stream:60 · .*killed/), {
      deadlineMs: 1_000,
    });
    await eventually(
      () => isProcessAlive(pid),
      (isAlive) => assert.equal(isAlive, false),
      { deadlineMs: 1_000 },
    );
    await eventually(statusBar, (text) => assert.equal(text, undefined));
    await workbench.screenshot('killed-outside');
  });

  it('lists the active turns at a click on the status bar, and opens one as it is written', async () => {
    await workbench.runCommand('Codex: Run Task');
    await workbench.answer('Count for me stream:60');
    await eventually(statusBar, (text) => assert.equal(text, '⟳ Codex 1'));
    await workbench.clickStatusBar(STATUS_ITEM);
    await workbench.screenshot('active-turns');
    await workbench.choose('Count for me');
    await eventually(
      () => workbench.webviewText(),
      (text) => assert.match(text, /tick\d/),
    );
    await openLog('Count for me stream:60');
    const first = await eventually(
      () => workbench.editorText(),
      (text) => assert.match(text, /Codex is writing…[^]*tick\d/),
    );
    await eventually(
      () => workbench.editorText(),
      (text) => assert.notEqual(text, first),
    );
    await workbench.screenshot('live-output');
    const { threadId } = await runningThread('Count for me stream:60');
    await once(spawn('touch', [state('kill-signals', threadId)]), 'close');
    await eventually(statusBar, (text) => assert.equal(text, undefined));
  });
});
