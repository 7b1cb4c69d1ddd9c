import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { questionRoot } from '../../src/state/questionMailbox';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const ASK = join(import.meta.dirname, '..', 'interop', 'programs', 'ask.mjs');

describe('the rows below a thread, in the workbench', function () {
  this.timeout(120_000);
  const askers: ChildProcess[] = [];
  after(() => {
    for (const asker of askers) asker.kill();
  });
  const app = useWorkbench();
  const { sees } = app;

  it('show what a turn does while it does it, and stay as they are when it has ended', async () => {
    // A row that is selected when its group closes is so no longer: this opens the one that the turn ends in.
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('say:first');
    await sees(/Completed 1/);
    await app.workbench.tree().expand('Completed');
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Tidy up run:"echo tidy" edit:notes.txt="one" run:"sleep 4" say:done');
    const label = 'Tidy up run:"echo tidy"…';
    await sees(/Running 1\n/);
    await app.workbench.tree().expand(label);
    await sees(/echo tidy · exit 0[\s\S]*notes\.txt · \+1[\s\S]*⟳ sleep 4/);
    await app.workbench.screenshot('turn-rows-running');
    await app.workbench.tree().row('sleep 4').locator('.label-name').click();
    await sees(/^Completed 2\n {2}✓ Tidy up[\s\S]*sleep 4 · exit 0/);
    assert.equal(await app.workbench.tree().row('sleep 4').getAttribute('aria-selected'), 'true');
    await app.workbench.screenshot('turn-rows');
  });

  it('show a question of a run, which is answered from its row', async () => {
    const key = `sample-${randomBytes(8).toString('hex')}`;
    const args = [ASK, questionRoot(), key, app.folder, '60', 'Which port?\nThe old one is taken.'];
    const asker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    askers.push(asker);
    let said = '';
    asker.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await sees(/Needs You 1\n.*Which port\? · asks you · \d+[ms] left · sample/);
    await app.workbench.screenshot('question');
    await app.workbench.tree().clickAction('Which port?', 'Answer...');
    await app.workbench.answer('8081');
    await once(asker, 'exit');
    assert.match(said, /answer 8081/);
    await eventually(
      () => app.workbench.tree().text(),
      (text) => assert.ok(!text.includes('Needs You')),
    );
    await rm(join(questionRoot(), key), { recursive: true });
  });
});
