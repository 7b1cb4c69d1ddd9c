import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Outside } from '../interop/outside';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

describe('a person who watches the tree while others use the command line', function () {
  this.timeout(120_000);
  let outside: Outside;
  after(() => outside.dispose());
  const app = useWorkbench({
    prepare: (home, folder) => {
      outside = new Outside(folder, home.env);
    },
  });
  const { sees } = app;

  /** The short id at the end of the only row that matches. */
  const shortIdIn = (tree: string, pattern: RegExp): string =>
    /([0-9a-f]{8})$/m.exec(pattern.exec(tree)?.[0] ?? '')?.[1] ?? assert.fail(tree);

  for (const generation of ['A', 'B'] as const) {
    const program = `generation${generation}.mjs`;

    it(`sees what generation ${generation} starts, kills and deletes`, async () => {
      const run = outside.start(program, 'run', 'stream:60');
      const row = /^ {2}⟳ .* · CLI · .*[0-9a-f]{8}$/m;
      const shortId = shortIdIn(await sees(row), row);
      await eventually(
        () => app.workbench.statusBarText('codexCollab.turns'),
        (text) => assert.equal(text, '⟳ Codex 1'),
      );
      await app.workbench.screenshot(`outside-running-${generation}`);

      const kill = outside.start(program, 'kill', shortId);
      await sees(new RegExp(`^ {2}‖ .*${shortId}$`, 'm'), { deadlineMs: 3_000 });
      await Promise.all([kill.ended, run.ended]);

      await outside.start(program, 'delete', shortId).ended;
      await eventually(
        () => app.workbench.welcomeText(),
        (text) => assert.match(text, /No threads here yet/),
      );
    });

    it(`sees within five seconds that a run of generation ${generation} has died`, async () => {
      const run = outside.start(program, 'run', 'stream:60');
      const row = /^ {2}⟳ .* · CLI · .*[0-9a-f]{8}$/m;
      const shortId = shortIdIn(await sees(row), row);
      await run.kill();
      await sees(new RegExp(`^ {2}‖ .*owner died.*${shortId}$`, 'm'), { deadlineMs: 5_000 });
      await app.workbench.screenshot(`outside-died-${generation}`);
      const pids = generation === 'A' ? 'pids' : join('workspaces', await workspaceFolder(), 'pids');
      assert.deepEqual(await readdir(join(app.home.stateRoot, pids)), []);
      await outside.start(program, 'delete', shortId).ended;
    });
  }

  const workspaceFolder = async (): Promise<string> =>
    (await readdir(join(app.home.stateRoot, 'workspaces')))[0] ?? assert.fail();
});
