import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

const HOSTILE =
  'Look: [click](command:evil) $(bug) \\$(bug) <b>bold</b> ![x](https://evil.example/x.png) ' +
  'https://evil.example **stars** &lt;tag&gt; and many words that have to be wrapped somewhere between them';

describe('the log of a thread that somebody else runs', function () {
  this.timeout(120_000);
  let logFile: string;
  const app = useWorkbench({
    prepare: async (home, folder) => {
      logFile = join(home.stateRoot, 'logs', 'a1b2c3d4.log');
      await mkdir(join(home.stateRoot, 'logs'), { recursive: true });
      await writeFile(logFile, lines(0, 200));
      const entry = (threadId: string, preview: string, lastStatus: string): object => {
        const at = new Date().toISOString();
        return { threadId, cwd: folder, createdAt: at, updatedAt: at, preview, lastStatus };
      };
      const index = {
        a1b2c3d4: entry('t-1', 'Fix the login', 'running'),
        a1b2c3d5: entry('t-2', `Hostile\n${HOSTILE}`, 'failed'),
      };
      await writeFile(join(home.stateRoot, 'threads.json'), JSON.stringify(index));
    },
  });

  const shows = (pattern: RegExp): Promise<string> =>
    eventually(
      () => app.workbench.editorText(),
      (text) => assert.match(text, pattern),
    );

  it('opens at its end, and follows it', async () => {
    const menu = await app.workbench.tree().contextMenu('Fix the login');
    await menu.choose('Open Log');
    await shows(/line 199\n/);
    assert.deepEqual(await app.workbench.editorTitles(), ['Fix the login']);
    await appendFile(logFile, lines(200, 300));
    await shows(/line 299\n/);
    await app.workbench.screenshot('output-at-its-end');
  });

  it('is still there after a reload of the window, and goes on', async () => {
    // With the cursor at the end that it has now.
    await app.workbench.saved(/codex-output:\/t-1\/[^]*lineNumber\W+301\b/);
    await app.workbench.reload();
    await shows(/line 299\n/);
    await app.workbench.screenshot('output-after-reload');
    await appendFile(logFile, lines(300, 310));
    await shows(/line 309\n/);
  });

  it('has a tooltip that shows the words of a prompt, and nothing made of them', async () => {
    await app.workbench.openView('Codex');
    await app.workbench.tree().expand('Failed');
    const text = await app.workbench.tree().tooltip('Hostile');
    await app.workbench.screenshot('hostile-tooltip');
    assert.ok(text.replaceAll(/\s+/g, ' ').includes(HOSTILE), text);
    const hover = app.workbench.page.locator('.workbench-hover').last();
    assert.equal(await hover.locator('a, img, b, .codicon-bug').count(), 0);
    assert.equal(await hover.locator('.codicon-folder').count(), 1);
  });
});

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');
}
