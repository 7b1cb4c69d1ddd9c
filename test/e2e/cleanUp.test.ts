import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { processesOf } from '../support/processes';
import { useWorkbench } from '../support/workbenchSuite';

const DAY = 24 * 3_600_000;

describe('Clean Up, Show Processes and Check Setup in the workbench', function () {
  this.timeout(120_000);
  after(async () => {
    for (const { pid, command } of await processesOf(app.home.home)) {
      if (command === 'sleep 4822') process.kill(pid, 'SIGKILL'); // of a test that failed
    }
  });
  const app = useWorkbench({
    settings: { 'codexCollab.sandbox': 'danger-full-access' },
    prepare: (home, folder) => givenThreads(home.stateRoot, folder),
  });
  const { sees } = app;

  const notified = (pattern: RegExp): Promise<unknown> =>
    eventually(
      () => app.workbench.notifications(),
      ([first]) => assert.match(first?.text ?? '', pattern),
    );
  const run = async (prompt: string): Promise<void> => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer(prompt);
  };
  /** The lines about processes of this home, with words for what differs each time. */
  const processLines = async (): Promise<string[]> =>
    (await app.workbench.quickInput()).items.map((item) =>
      item.replace(/process \d+/, 'process N').replace(/running \d+\w( \d+\w)?/, 'running T'),
    );

  it('offers them in the menu of the view', async () => {
    await sees(/Interrupted 2\n/);
    const menu = await app.workbench.viewMenu();
    const at = menu.entries.indexOf('Clean Up...');
    assert.deepEqual(menu.entries.slice(at + 1), ['Show Processes', 'Check Setup', '—', 'Show Log']);
    await app.workbench.screenshot('clean-up-menu');
    await menu.close();
  });

  it('says exactly what goes, and does nothing when the person does not want it', async () => {
    await app.workbench.runCommand('Codex: Clean Up...');
    const dialog = await app.workbench.dialog();
    assert.match(dialog.text, /^Clean up 2 threads that were last active more than 7 days ago\?/);
    assert.match(dialog.text, /Their logs and places in this list go \(1\.2 MB\), with 1 left-over file\./);
    assert.match(dialog.text, /Import Threads brings them back\. No file of your project is touched\.$/);
    await app.workbench.screenshot('clean-up-dialog');
    await app.workbench.clickDialog('Cancel');
    assert.equal((await readdir(join(app.home.stateRoot, 'logs'))).length, 3);
  });

  it('removes what it said, keeps the rest, and tells what it did', async () => {
    await app.workbench.runCommand('Codex: Clean Up...');
    await app.workbench.dialog();
    await app.workbench.clickDialog('Clean Up');
    await notified(/^Cleaned up 2 threads and 1 file\.$/);
    assert.match(await sees(/Interrupted 1\n {2}‖ Lately/), /^(?![^]*Long ago)/);
    await app.workbench.screenshot('clean-up-done');
    assert.deepEqual(await readdir(join(app.home.stateRoot, 'logs')), ['cccccccc.log']);
    assert.deepEqual(await readdir(join(app.home.stateRoot, 'pids')), []);
    const index = JSON.parse(await readFile(join(app.home.stateRoot, 'threads.json'), 'utf8')) as object;
    assert.deepEqual(Object.keys(index), ['cccccccc']);
    await app.workbench.runCommand('Codex: Clean Up...');
    await notified(/^Nothing to clean up\.$/);
  });

  it('lists the turns that run with what finished ones have left, and ends each by its button', async () => {
    await run('run:"setsid sleep 4822 >/dev/null 2>&1 &" say:done');
    await sees(/Completed 1/);
    await run('stream:67');
    await sees(/⟳ stream:67/);
    await app.workbench.runCommand('Codex: Show Processes');
    const lines = await eventually(processLines, (items) => assert.ok(items.length > 1));
    const [turn] = lines;
    assert.equal(turn, 'stream:67 · process N · running T');
    const left = lines.find((line) => line.startsWith('sleep 4822'));
    assert.match(left ?? '', /^sleep 4822 · process N · running T · started by “run:"setsid sleep 4822/);
    await app.workbench.screenshot('processes');
    await app.workbench.clickItemButton('sleep 4822', 'End');
    await eventually(processLines, (items) => assert.ok(!items.some((item) => item.startsWith('sleep'))));
    assert.ok(!(await processesOf(app.home.home)).some(({ command }) => command === 'sleep 4822'));
    await app.workbench.clickItemButton('stream:67', 'Kill');
    await eventually(processLines, (items) => assert.ok(!items.some((item) => item.startsWith('stream'))));
    await app.workbench.screenshot('processes-ended');
    await app.workbench.press('Escape');
    await sees(/Interrupted 2\n {2}‖ stream:67 · .*killed/);
  });

  it('opens the thread of a process that is chosen', async () => {
    await run('stream:68');
    await sees(/⟳ stream:68/);
    await app.workbench.runCommand('Codex: Show Processes');
    await eventually(processLines, ([first]) => assert.match(first ?? '', /^stream:68/));
    await app.workbench.choose('stream:68');
    await eventually(
      () => app.workbench.editorTitles(),
      (titles) => assert.match(titles.join('\n'), /stream:68/),
    );
    await app.workbench.runCommand('Codex: Stop All Turns');
    await sees(/‖ stream:68/);
  });

  it('checks the setup, copies what it has found, and opens what is to be mended', async () => {
    const config = join(app.home.stateRoot, 'config.json');
    await writeFile(config, '{"sandbox": ');
    const { title, items } = await eventually(
      async () => {
        // VS Code closes it when the window loses its focus.
        const isOpen = await app.workbench.page.locator('.quick-input-widget').isVisible();
        if (!isOpen) await app.workbench.runCommand('Codex: Check Setup');
        return await app.workbench.quickInput();
      },
      (input) =>
        assert.ok(
          input.items.slice(0, 6).every((item) => item.includes(' · ')),
          input.items.join('\n'),
        ),
      { deadlineMs: 40_000 },
    );
    assert.equal(title, 'Codex Setup');
    const rows = [
      /^Codex · 0\.169\.0, on the PATH · \/.*codex$/,
      /^Login · Not needed by the model provider of your config\.toml$/,
      /^Workspace Trust · Trusted$/,
      /^Shared Folder · ~\/\.codex-collab, 4 threads( · Other users may list it.*)?$/,
      /^Run Defaults · Cannot be used · ~\/\.codex-collab\/config\.json is damaged/,
      /^File Watching · By events of the file system$/,
      /^Copy Report$/,
      /^Show Log$/,
    ];
    assert.equal(items.length, rows.length, items.join('\n'));
    rows.forEach((row, index) => assert.match(items[index] ?? '', row));
    await app.workbench.screenshot('check-setup');
    await app.workbench.choose('Copy Report');
    await eventually(
      () => app.workbench.quickInput(),
      (input) => assert.ok(input.items[6] === 'Copy Report · Copied'),
    );
    const report = String(await app.workbench.page.evaluate('navigator.clipboard.readText()'));
    assert.match(
      report,
      /^Codex Collab \d.*\n\[pass\] Codex: 0\.169\.0, .*\n {4}\/.*codex\n\[pass\] Login: /,
    );
    assert.match(
      report,
      /\[error\] Run Defaults: Cannot be used\n {4}~\/\.codex-collab\/config\.json is damaged/,
    );
    assert.ok(!report.includes(app.home.home), report);
    await app.workbench.screenshot('check-setup-copied');
    await app.workbench.clickItemButton('Run Defaults', 'Open File');
    await eventually(
      () => app.workbench.editorTitles(),
      (titles) => assert.match(titles.join('\n'), /^config/m),
    );
    await rm(config);
  });
});

/** Two threads that nobody has used for long, one that somebody has, and a file that belongs to none. */
async function givenThreads(stateRoot: string, cwd: string): Promise<void> {
  const past = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
  const entry = { createdAt: past(40), model: 'offline', cwd, lastStatus: 'interrupted' };
  const file = async (name: string, text: string, days: number): Promise<void> => {
    await writeFile(join(stateRoot, name), text);
    await utimes(join(stateRoot, name), new Date(past(days)), new Date(past(days)));
  };
  for (const part of ['logs', 'pids']) await mkdir(join(stateRoot, part), { recursive: true });
  const index = {
    aaaaaaaa: {
      ...entry,
      threadId: 't-a',
      preview: 'Long ago',
      updatedAt: past(30),
      lastStatus: 'completed',
    },
    bbbbbbbb: { ...entry, threadId: 't-b', preview: 'Long ago, too', updatedAt: past(8) },
    cccccccc: { ...entry, threadId: 't-c', preview: 'Lately', updatedAt: past(6) },
  };
  await writeFile(join(stateRoot, 'threads.json'), JSON.stringify(index, null, 2));
  await file('logs/aaaaaaaa.log', 'x'.repeat(1_200_000), 30);
  await file('logs/bbbbbbbb.log', 'x', 8);
  await file('logs/cccccccc.log', 'x', 8);
  await file('pids/dddddddd', 'none', 3);
}
