import assert from 'node:assert/strict';
import type { HistoryItem } from '../../../src/threads/history/turn';
import type { OpenTranscript, TranscriptBench } from '../../support/transcriptPage';
import { command, message, sampleThread, sampleTurn } from './sampleThread';

const markup = [
  '<script>document.title = "run"</script>',
  '<img src="https://evil.example/pixel.png" onerror="document.title = \'run\'">',
  '<svg onload="document.title = \'run\'"></svg><iframe src="https://evil.example"></iframe>',
  '<a href="javascript:document.title = \'run\'">click</a><style>body { display: none }</style>',
  '"><b onmouseover=alert(1)>',
].join('\n');

const links = [
  '[a](javascript:document.title="run") [b](command:workbench.action.quit) [c](vscode://x/y)',
  '[d](data:text/html,<script>1</script>) [e](file:///etc/passwd) ![f](https://evil.example/pixel.png)',
  '![g](data:image/svg+xml,x) <javascript:alert(1)> <command:x> [h]( JAVASCRIPT:x) [i](//evil.example)',
  '[j][k] javascript:alert(1) vscode-webview://x',
  '',
  '[k]: javascript:alert(1)',
].join('\n');

const disguise = 'rm \u202e gnihton \u001b[8m\u001b]8;;https://evil.example\u0007x \u200b\ud800 \u0000';

const everywhere = `${markup}\n${disguise}`;

const items: readonly HistoryItem[] = [
  message('m1', markup),
  message('m2', links),
  message('m3', disguise),
  { id: 'r', kind: 'reasoning', status: 'completed', durationMs: 5_000, text: everywhere },
  command('c', { command: everywhere, cwd: everywhere, output: everywhere }),
  {
    id: 'f',
    kind: 'fileChange',
    status: 'completed',
    changes: [{ path: everywhere, kind: 'update', diff: everywhere }],
  },
  { id: 't', kind: 'tool', status: 'completed', name: everywhere, input: everywhere, output: everywhere },
  { id: 'w', kind: 'webSearch', status: 'completed', query: everywhere },
  { id: 'i', kind: 'image', status: 'completed', path: everywhere },
  { id: 'e', kind: 'error', status: 'failed', message: everywhere, willRetry: false },
  { id: 'n', kind: 'note', status: 'completed', text: everywhere },
  { id: 'p', kind: 'prompt', status: 'completed', text: everywhere },
];

export function hostileSuite(bench: () => TranscriptBench): void {
  describe('of a hostile thread', () => {
    let transcript: OpenTranscript;
    before(async () => {
      transcript = await bench().open();
      const turn = sampleTurn('t', items, {
        prompt: everywhere,
        error: everywhere,
        plan: [{ step: everywhere, status: 'pending' }],
      });
      const approval = {
        id: 'a',
        summary: everywhere,
        reason: everywhere,
        command: everywhere,
        cwd: everywhere,
      };
      await transcript.send(
        {
          type: 'thread',
          thread: sampleThread({
            title: everywhere,
            reason: everywhere,
            details: everywhere,
            goal: everywhere,
            approval: {
              ...approval,
              files: [everywhere],
              diffs: [{ path: everywhere, kind: 'add', diff: everywhere }],
              questions: [
                {
                  label: everywhere,
                  text: everywhere,
                  options: [{ label: everywhere, description: everywhere }],
                },
              ],
              deadline: everywhere,
              choices: [{ decision: 'accept', label: everywhere }],
            },
          }),
        },
        { type: 'reset', turns: [turn], hasOlder: false },
        { type: 'problem', message: everywhere },
      );
    });
    after(() => transcript.end());

    it('runs and loads nothing, and breaks no rule of its security policy', async () => {
      await transcript.page.evaluate(
        `for (const one of document.querySelectorAll('button.disclosure')) one.click()`,
      );
      await transcript.page.evaluate(`for (const one of document.querySelectorAll('a')) one.click()`);
      const forbidden =
        'body :is(script:not([nonce]), img, iframe, svg, style, object, embed, form, a[href], ' +
        '[onclick], [onerror], [onload], [onmouseover], [style], [src]:not(script))';
      assert.equal(await transcript.page.locator(forbidden).count(), 0);
      assert.equal(await transcript.page.title(), 'Codex Transcript');
      assert.deepEqual(transcript.requests, []);
      assert.deepEqual(await transcript.complaints(), []);
    });

    it('has links to the web and to files only', async () => {
      const targets = await transcript.page
        .locator('[data-item-id=m2] a')
        .evaluateAll((all: { dataset: Record<string, string> }[]) =>
          all.map(({ dataset }) => dataset.href ?? dataset.path),
        );
      assert.deepEqual(targets, ['https://evil.example/pixel.png']);
      const text = await transcript.page.locator('[data-item-id=m2]').innerText();
      assert.ok(
        text.includes('[a](javascript:document.title="run") [b](command:workbench.action.quit)'),
        text,
      );
    });

    it('hides nothing in a command that is to be approved', async () => {
      const text = await transcript.page.locator('.approval-command').innerText();
      assert.ok(
        text.trimEnd().endsWith('rm ⟨U+202E⟩ gnihton [8m]8;;https://evil.examplex ⟨U+200B⟩\ufffd'),
        text,
      );
    });

    it('draws a line of 10 MB, and goes on', async () => {
      const line = 'x<b>'.repeat(2_500_000);
      const start = performance.now();
      const huge = sampleTurn('huge', [
        message('hm', line),
        command('hc', { command: line, output: line }),
        {
          id: 'hf',
          kind: 'fileChange',
          status: 'completed',
          changes: [{ path: 'a', kind: 'add', diff: line }],
        },
        { id: 'hp', kind: 'prompt', status: 'completed', text: line },
      ]);
      await transcript.send({ type: 'turns', turns: [huge] });
      await transcript.page.evaluate(
        `for (const one of document.querySelectorAll('[data-turn-id=huge] .disclosure')) one.click()`,
      );
      await transcript.send({ type: 'problem', message: 'still here' });
      assert.equal(await transcript.page.locator('.problem').innerText(), 'still here');
      assert.ok(performance.now() - start < 20_000);
    });
  });
}
