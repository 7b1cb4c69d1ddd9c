import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';
import { eventually } from '../support/eventually';
import { useWorkbench } from '../support/workbenchSuite';

/** What a model that means ill would write. */
const HOSTILE = [
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  '[run](command:workbench.action.closeWindow) [js](javascript:document.title=3) ![pixel](https://evil.example/p.png)',
  '<iframe src="https://evil.example"></iframe> \u202egnp.exe \u001b[31mred',
].join('\n\n');

/** As the offline model reads it. */
const quoted = (text: string): string => `"${text.replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

describe('what a person with a screen reader, and a model that means ill, find in the workbench', function () {
  this.timeout(120_000);
  let axe: string;
  const requested: string[] = [];
  const refused: string[] = [];
  const app = useWorkbench();
  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    app.workbench.page.on('request', (request) => requested.push(request.url()));
    app.workbench.page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
    });
  });

  const label = 'Say something unkind…';
  /** The page of the transcript, in the innermost frame. */
  const transcript = async (): Promise<Frame> => {
    const frames = app.workbench.page.frames();
    for (const frame of frames) if ((await frame.locator('.turn').count()) > 0) return frame;
    return assert.fail(`none of ${frames.length} frames shows a turn`);
  };
  /** What stands in the way of somebody, by axe. */
  const findings = async (frame: Frame, selector: string): Promise<string[]> => {
    await frame.evaluate(axe);
    // A row's name says its status first and leaves out the time, which would be read out again and again.
    const rules = { 'label-content-name-mismatch': { enabled: false } };
    const run = `axe.run(${JSON.stringify(selector)}, ${JSON.stringify({ rules })})`;
    const { violations } = await frame.evaluate<{ violations: Finding[] }>(run);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  };

  it('is nothing that runs, loads or leads away', async () => {
    await app.workbench.runCommand('Codex: Run Task');
    await app.workbench.answer(
      `Say something unkind run:"printf '<b>x</b>\\\\033[31m'" edit:made.txt="a" say:${quoted(HOSTILE)}`,
    );
    await app.sees(/Completed 1/);
    await app.workbench.tree().expand('Completed');
    requested.length = 0;
    refused.length = 0;
    await app.workbench.tree().click(label);
    await eventually(
      () => app.workbench.webviewText(),
      // Once in the prompt, once in the answer.
      (text) => assert.match(text, /onerror=[^]*closeWindow[^]*onerror=[^]*closeWindow[^]*red/),
    );
    const frame = await transcript();
    // VS Code puts a script of its own into every webview.
    const foreign = 'script:not([nonce], #_vscodeApiScript)';
    const live = `img, iframe, ${foreign}, a[href^="command"], a[href^="javascript"]`;
    assert.deepEqual(
      await frame
        .locator(live)
        .evaluateAll((all: { outerHTML: string }[]) => all.map((one) => one.outerHTML)),
      [],
    );
    assert.deepEqual(refused, []);
    assert.deepEqual(
      requested.filter((url) => url.includes('evil')),
      [],
    );
    await app.workbench.screenshot('hostile-transcript');
  });

  it('is nothing serious in the rows and in the transcript', async () => {
    await app.workbench.tree().expand(label);
    const turn = /Say something unkind run:.*?…(?= · )/;
    const rows = await app.sees(turn);
    await app.workbench.tree().expand(turn.exec(rows)?.[0] ?? '');
    await app.sees(/made\.txt · \+1/);
    assert.deepEqual(await findings(app.workbench.page.mainFrame(), '[aria-label="Threads"][role=tree]'), []);
    assert.deepEqual(await findings(await transcript(), 'body'), []);
  });

  it('are rows that say their status first', async () => {
    const names = await app.workbench.page
      .locator('[aria-label="Threads"][role=tree] [role=treeitem]')
      .evaluateAll((rows: { getAttribute(name: string): string | null }[]) =>
        rows.map((row) => row.getAttribute('aria-label') ?? ''),
      );
    const text = names.join('\n');
    assert.match(text, /^Completed, 1 thread/m);
    assert.match(text, new RegExp(`^Completed: ${label}`, 'm'));
    assert.match(text, /^Edited · made\.txt/m);
  });
});
