import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from '../../src/state/processes';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

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
});
