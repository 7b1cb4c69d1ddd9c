import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const GREET = `def greet(name):
    return "Hello " + name
`;

/** What the offline model is told in order to change files in every way there is. */
const PATCH = [
  '*** Begin Patch',
  '*** Update File: src/greet.py',
  '@@',
  ' def greet(name):',
  '-    return "Hello " + name',
  '+    who = name.strip()',
  '+    return f"Hello {who}"',
  '*** Add File: src/farewell.py',
  '+def farewell(name):',
  '+    return f"Goodbye {name}"',
  '*** Delete File: notes.txt',
  '*** Update File: CHANGES.md',
  '*** Move to: docs/changes.md',
  '@@',
  '-# Changes',
  '+# All changes',
  '*** End Patch',
].join('\n');

const asValue = (text: string): string => JSON.stringify(text);

describe('what a turn changed, in a folder without git', function () {
  this.timeout(180_000);
  const app = useWorkbench({
    prepare: async (_home, folder) => {
      await rm(join(folder, '.git'), { recursive: true });
      await writeFile(join(folder, 'src/greet.py'), GREET);
      await writeFile(join(folder, 'notes.txt'), 'Remember the milk.\n');
      await writeFile(join(folder, 'CHANGES.md'), '# Changes\n\nNone.\n');
    },
  });

  const read = (name: string): Promise<string | undefined> =>
    readFile(join(app.folder, name), 'utf8').catch(() => undefined);
  const names = ['src/greet.py', 'src/farewell.py', 'notes.txt', 'CHANGES.md', 'docs/changes.md'];
  const contents = (): Promise<(string | undefined)[]> => Promise.all(names.map(read));
  const BEFORE = [GREET, undefined, 'Remember the milk.\n', '# Changes\n\nNone.\n', undefined];
  let changed: (string | undefined)[];
  const choose = async (title: string): Promise<void> => {
    await app.workbench.tree().expand('Completed');
    await (await app.workbench.tree().contextMenu('Polish the greeting…')).choose(title);
  };

  it('is offered when the turn is done', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer(
      `Polish the greeting run:${asValue(`apply_patch <<'END'\n${PATCH}\nEND`)} say:"It is polished."`,
    );
    const [finished] = await eventually(
      () => app.workbench.notifications(),
      (all) => assert.match(all[0]?.text ?? '', /Codex finished: Polish the greeting… \(.*4 files\)/),
    );
    assert.deepEqual(finished?.buttons, ['Open', 'Changes']);
    changed = await contents();
    assert.notDeepEqual(changed, BEFORE);
    await app.workbench.clickNotification('Codex finished', 'Changes');
    await eventually(
      () => app.workbench.editorTitles(),
      (titles) => assert.match(titles.join(), /Changes of Polish the greeting/),
    );
    const editor = app.workbench.page.locator('.multiDiffEditor');
    await eventually(
      async () => (await editor.innerText()).replaceAll('\u00a0', ' '),
      (text) => {
        for (const name of ['greet.py', 'farewell.py', 'changes.md', 'notes.txt'])
          assert.ok(text.includes(name), name);
        assert.match(text, /who = name\.strip\(\)/);
      },
    );
    await app.workbench.screenshot('changes-of-a-thread');
  });

  it('is opened from the row of the thread', async () => {
    await app.workbench.press('Control+W');
    const menu = await (async () => {
      await app.workbench.tree().expand('Completed');
      return app.workbench.tree().contextMenu('Polish the greeting…');
    })();
    await app.workbench.screenshot('changes-menu');
    assert.match(menu.entries.join(), /—,Open All Changes,Revert Changes\.\.\.,—/);
    await menu.choose('Open All Changes');
    await eventually(
      () => app.workbench.editorTitles(),
      (titles) => assert.match(titles.join(), /Changes of Polish the greeting/),
    );
    await app.workbench.press('Control+W');
  });

  it('is opened, and offered to be taken back, from the rows of a file and of a turn', async () => {
    const tree = app.workbench.tree();
    await tree.expand('Polish the greeting…');
    const rows = await eventually(
      () => tree.text(),
      (text) => assert.match(text, /Polish the greeting run:/),
    );
    const label = /Polish the greeting run:.*?…/.exec(rows)?.[0] ?? '';
    const menu = await tree.contextMenu(label);
    assert.match(menu.entries.join(), /Open All Changes,Revert Turn\.\.\./);
    await menu.close();
    await tree.expand(label);
    await eventually(
      () => tree.text(),
      (text) => assert.match(text, /Polish the greeting run:.* · \+5 −3/),
    );
    await tree.click('greet.py');
    await eventually(
      () => app.workbench.editorTitles(),
      (titles) => assert.match(titles.join(), /greet\.py \(Turn 1\)/),
    );
    assert.deepEqual(await tree.actions('greet.py'), ['Open Changes', 'Revert File...']);
    await app.workbench.screenshot('change-of-a-file');
    assert.deepEqual(await tree.actions(label), ['Open All Changes', 'Revert Turn...']);
    await tree.clickAction('greet.py', 'Revert File...');
    assert.match((await app.workbench.dialog()).text, /^Revert what turn 1 changed in greet\.py\?/);
    await app.workbench.clickDialog('Cancel');
    await app.workbench.tree().row('Polish the greeting…').locator('.monaco-tl-twistie').click();
  });

  it('is taken back after one question, and brought back by Undo', async () => {
    await choose('Revert Changes...');
    const { text, buttons } = await app.workbench.dialog();
    await app.workbench.screenshot('revert-question');
    assert.deepEqual(
      text.split('\n').filter((line) => line !== ''),
      [
        'Revert what “Polish the greeting…” changed in 4 files?',
        'src/farewell.py is deleted.',
        'docs/changes.md is moved back to CHANGES.md.',
        'notes.txt comes back.',
        'src/greet.py: +2 −1 is taken back.',
      ],
    );
    assert.deepEqual(buttons, ['Cancel', 'Revert']);
    await app.workbench.clickDialog('Revert');
    await eventually(contents, (now) => assert.deepEqual(now, BEFORE));
    await eventually(
      () => app.workbench.notifications(),
      (all) => assert.ok(all.some((each) => each.text === 'Reverted 4 files.')),
    );
    await app.workbench.screenshot('reverted');
    await app.workbench.clickNotification('Reverted 4 files.', 'Undo');
    await eventually(contents, (now) => assert.deepEqual(now, changed));
  });

  it('is kept where somebody changed it since, and the other files are offered', async () => {
    await writeFile(join(app.folder, 'src/greet.py'), GREET.replace('Hello', 'Good day'));
    await choose('Revert Changes...');
    const { text, buttons } = await app.workbench.dialog();
    await app.workbench.screenshot('revert-some');
    assert.match(text, /^3 of 4 files can be reverted\.\nsrc\/greet\.py has changed since\./);
    assert.deepEqual(buttons, ['Cancel', 'Revert 3 Files']);
    await app.workbench.clickDialog('Revert 3 Files');
    await eventually(contents, (now) =>
      assert.deepEqual(now, [GREET.replace('Hello', 'Good day'), ...BEFORE.slice(1)]),
    );
  });

  it('is told by the changed places alone after that', async () => {
    await choose('Open All Changes');
    const editor = app.workbench.page.locator('.multiDiffEditor');
    await eventually(
      async () => (await editor.innerText()).replaceAll('\u00a0', ' '),
      (text) => assert.match(text, /Changed since\. Only the changed places/),
    );
    await app.workbench.screenshot('changes-since');
  });

  it('is still shown after a reload of the window', async () => {
    await app.workbench.runCommand('View: Close All Editors');
    await app.workbench.openView('Codex');
    await app.workbench.tree().expand('Polish the greeting…');
    await app.sees(/notes\.txt/);
    await app.workbench.tree().click('notes.txt');
    await app.workbench.saved(/notes\.txt \(Turn 1\)/);
    await app.workbench.reload();
    const before = app.workbench.page.locator('.monaco-diff-editor .editor.original .view-lines');
    await eventually(
      async () => (await before.innerText()).replaceAll('\u00a0', ' '),
      (text) => assert.match(text, /Remember the milk\./),
    );
    await app.workbench.screenshot('changes-after-reload');
  });
});
