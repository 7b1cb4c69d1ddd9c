import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

describe('Codex: Run Task with several folders open', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let workbench: Workbench;
  let both = '';
  const openBoth = async (): Promise<void> => {
    await workbench.page.goto(both);
    await workbench.openView('Codex');
  };

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    const folders = [{ path: await home.workspace('api') }, { path: await home.workspace('web') }];
    const file = join(home.home, 'both.code-workspace');
    await writeFile(file, JSON.stringify({ folders }));
    workbench = await Workbench.start({ home, workspace: folders[0]?.path ?? '' });
    const url = new URL(workbench.page.url());
    url.search = `?workspace=${encodeURIComponent(file)}`;
    both = url.href;
    await openBoth();
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

  it('asks in which one, and works there', async () => {
    // A window that has just come up may not know its folders yet, or never learns them, and then asks for any.
    await eventually(
      async () => {
        await workbench.runCommand('Codex: Run Task');
        const { items } = await workbench.quickInput();
        if (items.length !== 2) await openBoth();
        return items;
      },
      (items) => assert.equal(items.length, 2, items.join('\n')),
      { deadlineMs: 60_000 },
    );
    await workbench.screenshot('pick-folder');
    await workbench.choose('web');
    await eventually(
      async () => (await workbench.quickInput()).message,
      (message) => assert.match(message, /web · workspace-write/),
    );
    await workbench.answer('say:hello');
    await eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, /Completed 1/),
    );
    const index = await readFile(join(home.stateRoot, 'threads.json'), 'utf8');
    assert.match(index, /"cwd": ".*\/work\/web"/);
  });
});
