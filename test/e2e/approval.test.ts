import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

describe('a turn that asks, in the workbench', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
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

  const run = async (prompt: string): Promise<void> => {
    await workbench.runCommand('Codex: Run Task');
    assert.match((await workbench.quickInput()).message, /asks to leave the sandbox/);
    await workbench.answer(prompt);
    await eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, /Needs You 1\n {2}◉ .* · wants to run .*touch/),
    );
    await eventually(
      () => workbench.statusBarText('codexCollab.turns'),
      (text) => assert.equal(text, '◉ Codex 1'),
    );
  };
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
    await workbench.tree().clickAction(label, 'Decline');
    await finished();
    assert.ok(!(await readdir(folder)).includes('declined.txt'));
  });
});
