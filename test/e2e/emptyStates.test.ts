import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { assertNoProcessOf } from '../support/processes';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import type { WorkbenchOptions } from '../support/workbench';

describe('a workbench in which no task can be run', function () {
  this.timeout(120_000);
  let home: ScratchHome;
  let workbench: Workbench;

  const start = async (
    options: Partial<WorkbenchOptions> & { env?: Record<string, string> } = {},
  ): Promise<void> => {
    workbench = await Workbench.start({
      ...options,
      home: { home: home.home, env: { ...home.env, ...options.env } },
      workspace: await home.workspace('sample'),
    });
    await workbench.openView('Codex');
  };

  beforeEach(async () => {
    home = await createScratchHome();
  });
  afterEach(async function () {
    await workbench.recordFailure(this.currentTest);
    await workbench.end();
    await assertNoProcessOf(home.home);
    await home.dispose();
  });

  it('says how to get codex where there is none', async () => {
    await start({ env: { PATH: '/usr/bin:/bin' } });
    await eventually(
      () => workbench.welcomeText(),
      (text) => assert.match(text, /Codex was not found on this machine\.[^]*Set Path[^]*How to Install/),
    );
    await workbench.screenshot('codex-missing');
    await workbench.runCommand('Codex: Run Task');
    await eventually(
      () => workbench.notifications(),
      ([first]) => {
        assert.match(first?.text ?? '', /Codex was not found/);
        assert.deepEqual(first?.buttons, ['Set Path', 'How to Install']);
      },
    );
    await workbench.screenshot('codex-missing-error');
  });

  it('runs nothing in a folder that is not trusted, and says why', async () => {
    await start({
      withWorkspaceTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
    await eventually(
      () => workbench.welcomeText(),
      (text) => assert.match(text, /Trust this folder to run tasks\.[^]*Manage Trust/),
    );
    await workbench.screenshot('untrusted');
  });

  it('leaves a damaged threads.json as it is, says so, and recovers by itself', async () => {
    const file = join(home.stateRoot, 'threads.json');
    await mkdir(home.stateRoot, { recursive: true });
    await writeFile(file, '{"a1b2c3d4": {"threadId": ');
    await start();
    await eventually(
      () => workbench.notifications(),
      ([first]) => {
        assert.match(first?.text ?? '', /threads\.json/);
        assert.deepEqual(first?.buttons, ['Open File']);
      },
    );
    await workbench.screenshot('damaged-index');
    assert.equal(await readFile(file, 'utf8'), '{"a1b2c3d4": {"threadId": ');
    const entry = {
      threadId: 't-1',
      cwd: join(home.home, 'work', 'sample'),
      createdAt: new Date().toISOString(),
      preview: 'Mended',
      lastStatus: 'failed',
    };
    await writeFile(file, JSON.stringify({ a1b2c3d4: entry }));
    await eventually(
      async () => (await workbench.tree().text()).split('\n')[0],
      (first) => assert.equal(first, '▸ Failed 1'),
    );
  });
});
