import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const OPEN = ['Open Transcript', 'Open Log'];
const CHANGES = ['—', 'Open All Changes', 'Revert Changes...'];
const COPY = ['—', 'Copy Thread ID', 'Copy Codex Resume Command', 'Open Folder'];
const CHANGE = ['—', 'Rename...', 'Delete...'];

/** VS Code's own, and how the window names them in its class. */
const THEMES = [
  ['Light Modern', 'light_modern'],
  ['Dark Modern', 'dark_modern'],
  ['Dark High Contrast', 'hc_black'],
  ['Light High Contrast', 'hc_light'],
] as const;

describe('the menu of every kind of row', function () {
  this.timeout(120_000);
  const app = useWorkbench({
    settings: { 'codexCollab.approvalPolicy': 'on-request' },
    prepare: (home, folder) => writeThreads(home.stateRoot, folder),
  });
  const { sees } = app;
  before(async () => {
    // A tree that is drawn anew while the window comes up may fold a group again.
    await eventually(
      async () => {
        for (const group of ['Failed', 'Completed']) await app.workbench.tree().expand(group);
        return app.workbench.tree().text();
      },
      (text) => assert.match(text, /failed one[^]*(completed one[^]*idle one|idle one[^]*completed one)/),
    );
  });

  const menuOf = async (label: string, name: string): Promise<readonly string[]> => {
    const menu = await app.workbench.tree().contextMenu(label);
    await app.workbench.screenshot(`menu-${name}`);
    await menu.close();
    return menu.entries;
  };

  const expected: Record<string, string[]> = {
    running: [...OPEN, '—', 'Kill', ...COPY, ...CHANGE],
    stopping: [...OPEN, '—', 'Kill', ...COPY, ...CHANGE],
    interrupted: [...OPEN, '—', 'Resume...', ...CHANGES, ...COPY, ...CHANGE],
    failed: [...OPEN, '—', 'Resume...', ...CHANGES, ...COPY, ...CHANGE],
    completed: [...OPEN, '—', 'Resume...', ...CHANGES, ...COPY, ...CHANGE],
    idle: [...OPEN, '—', 'Resume...', ...COPY, ...CHANGE],
  };
  for (const [status, entries] of Object.entries(expected)) {
    it(`${status}: holds what applies, in the order of VS Code's own menus`, async () => {
      assert.deepEqual(await menuOf(`${status} one`, status), entries);
    });
  }

  it('needs you: holds the answers that codex offers', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Ask me run:"echo one" edit:made.txt="a" ask:"touch x" say:done');
    await sees(/Needs You 1/);
    const answers = ['—', 'Approve', 'Decline and Stop'];
    assert.deepEqual(await menuOf('Ask me run:"echo…', 'needs-you'), [
      ...OPEN,
      ...answers,
      ...['—', 'Kill', ...COPY, ...CHANGE],
    ]);
  });

  it('a turn, a step and a file: can be looked at, taken back and copied', async () => {
    await app.workbench.tree().expand('Ask me run:"echo…');
    await sees(/echo one · exit 0\n.*made\.txt · \+1/);
    assert.deepEqual(await menuOf('echo one', 'step'), ['Copy']);
    // Nothing is taken back from a turn that is at it.
    assert.deepEqual(await menuOf('made.txt', 'file-running'), ['Open Changes', '—', 'Copy']);
    const turn =
      /Ask me run:"echo one" edit.*?(?= · |…|$)/m.exec(await app.workbench.tree().text())?.[0] ?? '';
    assert.deepEqual(await menuOf(turn, 'turn-running'), ['Open All Changes', '—', 'Copy']);
    await app.workbench.tree().clickAction('Ask me run:"echo…', 'Approve');
    await sees(/Completed 3\n[^]*made\.txt · \+1[^]*done/);
    assert.deepEqual(await menuOf('made.txt', 'file'), ['Open Changes', 'Revert File...', '—', 'Copy']);
    assert.deepEqual(await menuOf(turn, 'turn'), ['Open All Changes', 'Revert Turn...', '—', 'Copy']);
  });

  it('belongs to rows that can be told apart in every theme', async () => {
    const tree = app.workbench.tree();
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Old news say:done');
    await sees(/✓ Old news/);
    await (await tree.contextMenu('Old news say:done')).choose('Delete...');
    await app.workbench.clickDialog('Delete');
    await tree.expand('Archived');
    await tree.expand('Changed Files');
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer('Wait for me ask:"touch y" say:done');
    await sees(/Needs You 1[^]*Changed Files\n.*made\.txt[^]*▤ Old news/);
    for (const [theme, name] of THEMES) {
      await app.workbench.runCommand('Preferences: Color Theme');
      await app.workbench.answer(theme);
      await app.workbench.page.locator(`.monaco-workbench[class*="${name}"]`).waitFor();
      await app.workbench.screenshot(`rows-${theme}`);
    }
  });
});

/** Threads as the command line leaves them; those that run are run by this process. */
async function writeThreads(stateRoot: string, cwd: string): Promise<void> {
  const statuses = ['running', 'stopping', 'interrupted', 'failed', 'completed', 'idle'];
  const at = new Date().toISOString();
  const entries = statuses.map((status, index) => {
    const lastStatus = { stopping: 'running', idle: undefined }[status] ?? status;
    const known = status === 'idle' ? {} : { lastStatus };
    const ids = { threadId: `thread-${status}`, preview: `${status} one` };
    return [`0000000${index}`, { ...ids, createdAt: at, updatedAt: at, model: 'm', cwd, ...known }];
  });
  for (const name of ['pids', 'kill-signals']) await mkdir(join(stateRoot, name), { recursive: true });
  for (const index of [0, 1]) {
    await writeFile(join(stateRoot, 'pids', `0000000${index}`), String(process.pid));
  }
  await writeFile(join(stateRoot, 'kill-signals', 'thread-stopping'), '');
  await writeFile(join(stateRoot, 'threads.json'), JSON.stringify(Object.fromEntries(entries)));
}
