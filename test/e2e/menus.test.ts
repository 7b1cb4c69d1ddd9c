import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';

const OPEN = ['Open Transcript', 'Open Log'];
const CHANGES = ['—', 'Open All Changes', 'Revert Changes...'];
const COPY = ['—', 'Copy Thread ID', 'Copy Codex Resume Command', 'Open Folder'];
const CHANGE = ['—', 'Rename...', 'Delete...'];

describe('the menu of every kind of row', function () {
  this.timeout(120_000);
  let stub: ModelStub;
  let home: ScratchHome;
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    folder = await home.workspace('sample');
    await writeThreads();
    const settings = { 'codexCollab.approvalPolicy': 'on-request' };
    workbench = await Workbench.start({ home, workspace: folder, settings });
    await workbench.openView('Codex');
    for (const group of ['Failed', 'Completed']) await workbench.tree().expand(group);
    await sees(/failed one[^]*completed one[^]*idle one|failed one[^]*idle one[^]*completed one/);
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

  /** Threads as the command line leaves them; those that run are run by this process. */
  const writeThreads = async (): Promise<void> => {
    const statuses = ['running', 'stopping', 'interrupted', 'failed', 'completed', 'idle'];
    const at = new Date().toISOString();
    const entries = statuses.map((status, index) => {
      const lastStatus = { stopping: 'running', idle: undefined }[status] ?? status;
      const known = status === 'idle' ? {} : { lastStatus };
      const ids = { threadId: `thread-${status}`, preview: `${status} one` };
      return [`0000000${index}`, { ...ids, createdAt: at, updatedAt: at, model: 'm', cwd: folder, ...known }];
    });
    for (const name of ['pids', 'kill-signals']) await mkdir(join(home.stateRoot, name), { recursive: true });
    for (const index of [0, 1]) {
      await writeFile(join(home.stateRoot, 'pids', `0000000${index}`), String(process.pid));
    }
    await writeFile(join(home.stateRoot, 'kill-signals', 'thread-stopping'), '');
    await writeFile(join(home.stateRoot, 'threads.json'), JSON.stringify(Object.fromEntries(entries)));
  };
  const sees = (pattern: RegExp): Promise<string> =>
    eventually(
      () => workbench.tree().text(),
      (text) => assert.match(text, pattern),
    );
  const menuOf = async (label: string, name: string): Promise<readonly string[]> => {
    const menu = await workbench.tree().contextMenu(label);
    await workbench.screenshot(`menu-${name}`);
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

  it('needs you: holds the answers that codex takes', async () => {
    await workbench.runCommand('Codex: Run Task');
    await workbench.answer('Ask me run:"echo one" edit:made.txt="a" ask:"touch x" say:done');
    await sees(/Needs You 1/);
    const answers = ['—', 'Approve', 'Decline', 'Decline and Stop'];
    assert.deepEqual(await menuOf('Ask me run:"echo one"…', 'needs-you'), [
      ...OPEN,
      ...answers,
      ...['—', 'Kill', ...COPY, ...CHANGE],
    ]);
  });

  it('a turn, a step and a file: can be looked at, taken back and copied', async () => {
    await workbench.tree().expand('Ask me run:"echo one"…');
    await sees(/echo one · exit 0\n.*made\.txt · \+1/);
    assert.deepEqual(await menuOf('echo one', 'step'), ['Copy']);
    // Nothing is taken back from a turn that is at it.
    assert.deepEqual(await menuOf('made.txt', 'file-running'), ['Open Changes', '—', 'Copy']);
    const turn = /Ask me run:"echo one" edit.*?(?= · |…|$)/m.exec(await workbench.tree().text())?.[0] ?? '';
    assert.deepEqual(await menuOf(turn, 'turn-running'), ['Open All Changes', '—', 'Copy']);
    await workbench.tree().clickAction('Ask me run:"echo one"…', 'Approve');
    await sees(/Completed 3\n[^]*made\.txt · \+1[^]*done/);
    assert.deepEqual(await menuOf('made.txt', 'file'), ['Open Changes', 'Revert File...', '—', 'Copy']);
    assert.deepEqual(await menuOf(turn, 'turn'), ['Open All Changes', 'Revert Turn...', '—', 'Copy']);
  });
});
