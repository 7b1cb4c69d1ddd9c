import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { questionRoot } from '../../src/state/questionMailbox';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

const ASK = join(import.meta.dirname, '..', 'interop', 'programs', 'ask.mjs');

describe('the rows below a thread, in the workbench', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let folder: string;
  let workbench: Workbench;
  const askers: ChildProcess[] = [];

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
    for (const asker of askers) asker.kill();
    await workbench.end();
    await stub.stop();
    await assertNoProcessOf(home.home);
    await home.dispose();
  });

  const tree = async (pattern: RegExp): Promise<string> =>
    await eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, pattern),
    );

  it('show what a turn does while it does it, and stay as they are when it has ended', async () => {
    await workbench.runCommand('Codex: Run Task');
    await workbench.answer('Tidy up run:"echo tidy" edit:notes.txt="one" run:"sleep 4" say:done');
    const label = 'Tidy up run:"echo tidy"…';
    await tree(/Running 1\n/);
    await workbench.tree().expand(label);
    await tree(/echo tidy · exit 0[\s\S]*notes\.txt · \+1[\s\S]*⟳ sleep 4/);
    await workbench.screenshot('turn-rows-running');
    await workbench.tree().row('sleep 4').locator('.label-name').click();
    await tree(/^▸ Completed 1/);
    await workbench.tree().expand('Completed');
    const text = await tree(/Completed 1\n[\s\S]*sleep 4 · exit 0/);
    assert.match(text, /✓ Tidy up/);
    await workbench.screenshot('turn-rows');
  });

  it('show a question of a run, which is answered from its row', async () => {
    const key = `sample-${randomBytes(8).toString('hex')}`;
    const args = [ASK, questionRoot(), key, folder, '60', 'Which port?\nThe old one is taken.'];
    const asker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    askers.push(asker);
    let said = '';
    asker.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await tree(/Needs You 1\n.*Which port\? · asks you · \d+[ms] left · sample/);
    await workbench.screenshot('question');
    await workbench.tree().clickAction('Which port?', 'Answer...');
    await workbench.answer('8081');
    await once(asker, 'exit');
    assert.match(said, /answer 8081/);
    await eventually(
      () => workbench.tree().text(),
      (text) => assert.ok(!text.includes('Needs You')),
    );
    await rm(join(questionRoot(), key), { recursive: true });
  });
});
