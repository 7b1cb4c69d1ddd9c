import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from '../../src/state/processes';
import { eventually } from '../support/eventually';
import { processesOf, waitUntil } from '../support/processes';
import { useWorkbench } from '../support/workbenchSuite';

describe('a run whose window goes away', function () {
  this.timeout(120_000);
  // No sandbox ends a command with its session.
  const app = useWorkbench({ settings: { 'codexCollab.sandbox': 'danger-full-access' } });
  const { sees } = app;

  const pids = (): Promise<string[]> => readdir(join(app.home.stateRoot, 'pids'));

  /** Starts a turn with a shell command under way, and another in a session of its own; the pid of its codex. */
  const start = async (name: string): Promise<number> => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer(`${name} run:"setsid sleep 654 & sleep 654"`);
    await sees(new RegExp(`⟳ ${name}`));
    await waitUntil(async () => (await sleeping()) === 2, {
      timeoutMs: 20_000,
      what: 'its two commands to run',
    });
    const [shortId = ''] = await pids();
    return Number(await readFile(join(app.home.stateRoot, 'pids', shortId), 'utf8'));
  };
  const sleeping = async (): Promise<number> =>
    (await processesOf(app.home.home)).filter(({ command }) => command === 'sleep 654').length;
  const allGone = async (pid: number): Promise<void> => {
    const isGone = async (): Promise<boolean> => !isProcessAlive(pid) && (await sleeping()) === 0;
    await waitUntil(isGone, { timeoutMs: 5_000, what: 'codex and its command to end' });
  };

  it('by a reload is interrupted, leaves no process, and says why', async () => {
    const pid = await start('Reloaded');
    await app.workbench.reload();
    await allGone(pid);
    await app.workbench.openView('Codex');
    await sees(/Interrupted 1\n {2}‖ Reloaded .*window closed/);
    assert.deepEqual(await pids(), []);
  });

  it('is resumed by one click on the notice that the next window shows', async () => {
    await eventually(
      () => app.workbench.notifications(),
      ([notice]) => {
        assert.match(notice?.text ?? '', /Codex was interrupted when its window went away: “Reloaded/);
        assert.deepEqual(notice?.buttons, ['Resume']);
      },
    );
    await app.workbench.screenshot('reload-notice');
    await app.workbench.clickNotification('was interrupted', 'Resume');
    await sees(/Completed 1/);
  });

  it('by the death of its extension host leaves no process, and the next one puts its files right', async () => {
    const pid = await start('Orphaned');
    const hosts = (await processesOf(app.home.home)).filter(({ command }) =>
      command.includes('--type=extensionHost'),
    );
    assert.ok(hosts.length > 0, 'an extension host');
    for (const host of hosts) process.kill(host.pid, 'SIGKILL');
    await allGone(pid);
    await app.workbench.reload();
    await app.workbench.openView('Codex');
    await sees(/Interrupted 1\n {2}‖ Orphaned .*(owner died|VS Code ended)/);
    assert.deepEqual(await pids(), []);
  });
});
