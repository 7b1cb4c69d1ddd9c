import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import { RawCodex } from '../unit/support/rawCodex';

describe('Codex: Import Threads from Codex', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    folder = await home.workspace('sample');
    workbench = await Workbench.start({ home, workspace: folder });
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

  it('is offered by the empty view and its menu, and says when there is nothing', async () => {
    await eventually(
      () => workbench.welcomeText(),
      (text) => assert.match(text, /No threads here yet[^]*can be imported/),
    );
    await workbench.screenshot('import-offered');
    const menu = await workbench.viewMenu();
    assert.ok(menu.entries.includes('Import Threads from Codex...'), menu.entries.join(', '));
    await menu.choose('Import Threads from Codex...');
    await eventually(
      () => workbench.notifications(),
      ([first]) => assert.equal(first?.text, 'Codex has no other threads of this folder.'),
    );
  });

  it('lists what others have made, and shows what was chosen', async () => {
    const other = await RawCodex.start(home);
    for (const prompt of ['say:done Tidy the greetings', 'fail:500', 'say:x $(trash) [a](command:b)']) {
      const threadId = await other.startThread(folder);
      await other.turnEnded(await other.startTurn(threadId, prompt));
      if (prompt === 'fail:500') await other.request('thread/name/set', { threadId, name: 'Mend the build' });
    }
    await other.close();
    await workbench.runCommand('Codex: Import Threads from Codex...');
    const { title, items } = await eventually(
      () => workbench.quickInput(),
      ({ placeholder }) => assert.equal(placeholder, 'Which threads?'),
    );
    assert.equal(title, 'Import Threads from Codex');
    assert.deepEqual([...items].sort(), [
      'Mend the build · now · offline · ~/work/sample',
      'say:done Tidy the greetings · now · offline · ~/work/sample',
      'say:x $\u2060(trash) [a]\u2060(command:b) · now · offline · ~/work/sample',
    ]);
    await workbench.choose('Tidy the greetings');
    await workbench.choose('Mend the build');
    await workbench.screenshot('import-threads');
    await workbench.press('Enter');
    await eventually(
      () => workbench.tree().text(),
      (text) => {
        assert.match(text, /Failed 1$/m);
        assert.match(text, /Completed 1$/m);
        // The first of them is shown in its group.
        assert.match(text, /^ {2}(✗ Mend the build|✓ say:done Tidy the greetings) · /m);
      },
    );
    await workbench.screenshot('imported');
  });
});
