import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processStart } from '../../src/state/processes';
import { Outside } from '../interop/outside';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

describe('several windows and workspaces', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let neighbour: Outside;
  let first: Workbench;
  let second: Workbench;
  let third: Workbench;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    const folder = await home.workspace('sample');
    neighbour = new Outside(await home.workspace('neighbour'), home.env);
    first = await Workbench.start({ home, workspace: folder });
    second = await first.openAnother();
    third = await first.openAnother();
    for (const window of [first, second, third]) await window.openView('Codex');
  });
  afterEach(async function () {
    await first.recordFailure(this.currentTest);
  });
  after(async () => {
    await neighbour.dispose();
    await third.end();
    await second.end();
    await first.end();
    await stub.stop();
    await assertNoProcessOf(home.home);
    await home.dispose();
  });

  const sees = (workbench: Workbench, pattern: RegExp): Promise<string> =>
    eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, pattern),
    );

  it('show the same, and only the window that runs a task tells of its end', async () => {
    await first.runCommand('Codex: Run Task');
    await first.answer('stream:4');
    await sees(first, /Running 1\n {2}⟳ stream:4 · \d+s · offline/);
    await sees(second, /Running 1\n {2}⟳ stream:4 · \d+s · another window · offline/);
    await sees(first, /Completed 1/);
    await sees(second, /Completed 1/);
    await eventually(
      () => first.notifications(),
      ([message]) => assert.match(message?.text ?? '', /Codex finished: stream:4/),
    );
    assert.deepEqual(await second.notifications(), []);
  });

  it("kill each other's turns at the same moment, and all show the same", async () => {
    const windows = [first, second, third];
    const prompts = ['stream:61', 'stream:62', 'stream:63'];
    for (const [index, window] of windows.entries()) {
      await window.runCommand('Codex: Run Task');
      await window.answer(prompts[index] ?? '');
    }
    await Promise.all(windows.map((window) => sees(window, /Running 3/)));
    const menus = await Promise.all(
      windows.map((window, index) => window.tree().contextMenu(prompts[(index + 1) % 3] ?? '')),
    );
    await Promise.all(menus.map((menu) => menu.choose('Kill')));
    for (const window of windows) {
      const text = await sees(window, /Interrupted 3\n/);
      for (const prompt of prompts) assert.match(text, new RegExp(`‖ ${prompt} · .*killed`));
      assert.doesNotMatch(text, /Running/);
    }
  });

  it('stop by force what a window runs that no longer answers', async () => {
    await second.runCommand('Codex: Run Task');
    await second.answer('stream:64');
    await sees(first, /Running 1\n {2}⟳ stream:64 · .*another window/);
    const pids = join(home.stateRoot, 'pids');
    const [name = ''] = await readdir(pids);
    const codex = Number(await readFile(join(pids, name), 'utf8'));
    const host = Number(/^PPid:\s*(\d+)/m.exec(await readFile(`/proc/${codex}/status`, 'utf8'))?.[1]);
    process.kill(host, 'SIGSTOP');
    try {
      await (await first.tree().contextMenu('stream:64')).choose('Kill');
      await eventually(
        () => first.notifications(),
        ([message]) => {
          assert.match(message?.text ?? '', /“stream:64” did not answer the kill/);
          assert.deepEqual(message?.buttons, ['Try Again', 'Force Stop']);
        },
      );
      await first.screenshot('force-stop');
      await first.clickNotification('stream:64', 'Force Stop');
      await eventually(
        () => processStart(codex),
        // Its parent does not even notice.
        (start) => assert.equal(start, 'ended'),
      );
      await sees(first, /‖ stream:64 · .*owner died/);
    } finally {
      process.kill(host, 'SIGCONT');
    }
    for (const window of [first, second]) await sees(window, /Interrupted 4\n[^]*‖ stream:64/);
    assert.deepEqual(await readdir(pids), []);
  });

  it('leave the threads of other folders out until all workspaces are asked for', async () => {
    const run = neighbour.start('generationB.mjs', 'run', 'stream:60');
    await eventually(
      () => run.stdout,
      () => assert.ok(!run.hasEnded),
    );
    assert.ok((await first.viewActions()).includes('Show Threads of All Workspaces'));
    await first.clickViewAction('Show Threads of All Workspaces');
    await sees(first, /neighbour 1 running · ~\/work\n {2}Running · 1\n {4}⟳ stream:60 · .* · CLI/);
    await sees(first, /▸ sample ~\/work/);
    await eventually(
      () => first.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, '⟳ Codex 1'),
    );
    await first.screenshot('all-workspaces');
    assert.equal(await second.statusBarText('codexCollab.turns'), undefined);
    assert.doesNotMatch(await second.tree().text(), /stream:60/);

    await first.clickViewAction('Show Threads of This Workspace');
    await eventually(
      () => first.tree().text(),
      (text) => assert.doesNotMatch(text, /neighbour/),
    );
    await first.clickViewAction('Show Threads of All Workspaces');
    await run.kill();
    await sees(first, /Interrupted · 1\n {4}‖ stream:60 · .*owner died/);
  });
});
