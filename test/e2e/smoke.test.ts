import assert from 'node:assert/strict';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

describe('the packaged extension', () => {
  let home: ScratchHome;
  let workbench: Workbench;

  before(async function () {
    this.timeout(180_000);
    home = await createScratchHome();
    workbench = await Workbench.start({ home, workspace: await home.workspace('sample') });
  });

  afterEach(async function () {
    await workbench.recordFailure(this.currentTest);
  });

  after(async function () {
    this.timeout(60_000);
    await workbench.end();
    await home.dispose();
  });

  it('adds its icon to the activity bar, with a view of the threads', async () => {
    await workbench.openView('Codex');
    await workbench.screenshot('smoke');
    const actions = await workbench.viewActions();
    for (const action of ['Run Task', 'Refresh']) assert.ok(actions.includes(action), actions.join());
  });
});
