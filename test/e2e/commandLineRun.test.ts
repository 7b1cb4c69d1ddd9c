import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Outside } from '../interop/outside';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { nativeCodex } from '../support/nativeCodex';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

describe('a run of the command line, from the tree alone', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let folder: string;
  let codex: string;
  let outside: Outside;
  let workbench: Workbench;
  let other: Workbench;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    folder = await home.workspace('sample');
    codex = await nativeCodex();
    outside = new Outside(folder, home.env);
    workbench = await Workbench.start({ home, workspace: folder });
    other = await workbench.openAnother();
    for (const window of [workbench, other]) await window.openView('Codex');
  });
  afterEach(async function () {
    await workbench.recordFailure(this.currentTest);
  });
  after(async () => {
    await outside.dispose();
    await other.end();
    await workbench.end();
    await stub.stop();
    await assertNoProcessOf(home.home);
    await home.dispose();
  });

  const sees = (window: Workbench, pattern: RegExp): Promise<string> =>
    eventually(
      () => window.tree().text(),
      (text) => assert.match(text, pattern),
    );
  const start = (generation: string, prompt: string): ReturnType<Outside['start']> =>
    outside.start(`generation${generation}.mjs`, 'run', prompt, '--codex', codex, '--ask');

  for (const generation of ['A', 'B']) {
    it(`of generation ${generation} is followed, answered and taken back`, async () => {
      const allowed = join(folder, `allowed-${generation}`);
      const label = `Tidy up with ${generation}`;
      const added = `added-${generation}.txt`;
      const run = start(
        generation,
        `${label}\nrun:"echo one" edit:${added}="hello" ask:"touch ${allowed}" say:done`,
      );
      // Generation A notes no prompt; codex knows it.
      await sees(workbench, new RegExp(`Needs You 1\\n {2}◉ ${label} · wants to run .*touch`));
      await sees(other, /Needs You 1/);
      const told = async (): Promise<number> => {
        const shown = await Promise.all([workbench, other].map((window) => window.notifications()));
        return shown.flat().filter(({ text }) => text.includes(allowed)).length;
      };
      await eventually(told, (count) => assert.equal(count, 1));
      await workbench.tree().expand(label);
      await sees(workbench, new RegExp(`echo one · exit 0\\n.*${added}`));
      await workbench.screenshot(`command-line-asks-${generation}`);
      await workbench.tree().clickAction(label, 'Approve');
      assert.equal((await run.ended).code, 0, (await run.ended).stderr);
      assert.ok((await readdir(folder)).includes(`allowed-${generation}`));
      await sees(other, /^(?!.*Needs You)[^]*Completed/);

      await sees(workbench, /Completed/);
      await workbench.tree().expand('Completed');
      await sees(workbench, new RegExp(`✓ ${label}[^]*echo one · exit 0\\n.*${added} · \\+1[^]*done`));
      await workbench.tree().click(added);
      await eventually(
        () => workbench.editorTitles(),
        (titles) => assert.match(titles.join(), new RegExp(added)),
      );
      await workbench.screenshot(`command-line-change-${generation}`);
      assert.equal(await readFile(join(folder, added), 'utf8'), 'hello\n');
      await (await workbench.tree().contextMenu(label)).choose('Revert Changes...');
      await workbench.clickDialog('Revert');
      await eventually(
        () => readdir(folder),
        (names) => assert.ok(!names.includes(added)),
      );
      await workbench.tree().row(label).locator('.monaco-tl-twistie').click();
    });
  }

  it('is read by a click on its row while it runs, killed by the menu, and read again', async () => {
    const label = 'Read the news';
    const run = start('B', `${label}\nrun:"echo early" stream:60`);
    await sees(workbench, new RegExp(`Running 1\\n {2}⟳ ${label} · .*CLI`));
    const reads = (pattern: RegExp): Promise<string> =>
      eventually(
        () => workbench.webviewText(),
        (text) => assert.match(text, pattern),
      );
    await workbench.tree().click(label);
    await reads(/Read the news[^]*echo early/);
    await workbench.screenshot('command-line-running');
    await (await workbench.tree().contextMenu(label)).choose('Kill');
    assert.equal((await run.ended).code, 4, (await run.ended).stderr);
    for (const window of [workbench, other])
      await sees(window, new RegExp(`Interrupted 1\\n {2}‖ ${label} · .*killed`));
    await reads(/Read the news[^]*echo early[^]*tick1[^]*Interrupted/);
    await workbench.runCommand('View: Close All Editors');
    await eventually(
      () => workbench.editorTitles(),
      (titles) => assert.deepEqual(titles, []),
    );
    await workbench.tree().click(label);
    await reads(/Read the news[^]*echo early[^]*tick1[^]*Interrupted/);
    await workbench.screenshot('command-line-killed');
  });
});
