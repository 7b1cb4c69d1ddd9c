import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';
import { RawCodex } from '../unit/support/rawCodex';

describe('Codex: Import Threads from Codex', function () {
  this.timeout(120_000);
  const app = useWorkbench();

  it('is offered by the empty view and its menu, and says when there is nothing', async () => {
    await eventually(
      () => app.workbench.welcomeText(),
      (text) => assert.match(text, /No threads here yet[^]*can be imported/),
    );
    await app.workbench.screenshot('import-offered');
    const menu = await app.workbench.viewMenu();
    assert.ok(menu.entries.includes('Import Threads from Codex...'), menu.entries.join(', '));
    await menu.choose('Import Threads from Codex...');
    await eventually(
      () => app.workbench.notifications(),
      ([first]) => assert.equal(first?.text, 'Codex has no other threads of this folder.'),
    );
  });

  it('lists what others have made, and shows what was chosen', async () => {
    const other = await RawCodex.start(app.home);
    for (const prompt of ['say:done Tidy the greetings', 'fail:500', 'say:x $(trash) [a](command:b)']) {
      const threadId = await other.startThread(app.folder);
      await other.turnEnded(await other.startTurn(threadId, prompt));
      if (prompt === 'fail:500') await other.request('thread/name/set', { threadId, name: 'Mend the build' });
    }
    await other.close();
    await app.workbench.runCommand('Codex: Import Threads from Codex...');
    const { title, items } = await eventually(
      () => app.workbench.quickInput(),
      ({ placeholder }) => assert.equal(placeholder, 'Which threads?'),
    );
    assert.equal(title, 'Import Threads from Codex');
    assert.deepEqual([...items].sort(), [
      'Mend the build · now · offline · ~/work/sample',
      'say:done Tidy the greetings · now · offline · ~/work/sample',
      'say:x $\u2060(trash) [a]\u2060(command:b) · now · offline · ~/work/sample',
    ]);
    await app.workbench.choose('Tidy the greetings');
    await app.workbench.choose('Mend the build');
    await app.workbench.screenshot('import-threads');
    await app.workbench.press('Enter');
    await eventually(
      () => app.workbench.tree().text(),
      (text) => {
        assert.match(text, /Failed 1$/m);
        assert.match(text, /Completed 1$/m);
        // The first of them is shown in its group.
        assert.match(text, /^ {2}(✗ Mend the build|✓ say:done Tidy the greetings) · /m);
      },
    );
    await app.workbench.screenshot('imported');
  });
});
