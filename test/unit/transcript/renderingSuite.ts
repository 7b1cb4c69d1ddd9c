import assert from 'node:assert/strict';
import type { HistoryItem } from '../../../src/threads/history/turn';
import { eventually } from '../../support/eventually';
import type { OpenTranscript, TranscriptBench } from '../../support/transcriptPage';
import { command, fileChange, message, sampleThread, sampleTurn } from './sampleThread';

const items: readonly HistoryItem[] = [
  { id: 'r', kind: 'reasoning', status: 'completed', durationMs: 12_000, text: '**Looking**' },
  command('c1'),
  command('c2', { status: 'failed', exitCode: 1, output: '\u001b[31mno\u001b[0m', durationMs: 100 }),
  command('c3', {
    status: 'declined',
    command: 'rm -rf build',
    exitCode: undefined,
    durationMs: undefined,
    output: '',
  }),
  fileChange('f'),
  {
    id: 't',
    kind: 'tool',
    status: 'completed',
    name: 'github.search',
    input: '{}',
    output: 'found',
    durationMs: 1_500,
  },
  { id: 'w', kind: 'webSearch', status: 'completed', query: 'vs code' },
  { id: 'i', kind: 'image', status: 'completed', path: '/w/api/a.png' },
  { id: 's', kind: 'subAgent', status: 'completed', text: 'Asked another agent' },
  { id: 'e1', kind: 'error', status: 'running', message: 'Reconnecting', willRetry: true },
  { id: 'e2', kind: 'error', status: 'failed', message: 'It broke', willRetry: false },
  { id: 'n', kind: 'note', status: 'completed', text: 'The context was compacted' },
  { id: 'p', kind: 'prompt', status: 'completed', text: 'and more' },
  { id: 'v', kind: 'review', status: 'completed', text: '# Review' },
  { id: 'u', kind: 'hologram', status: 'completed' } as unknown as HistoryItem,
  message('m', 'See `src/login.ts:12` and [the *site*](https://example.org/a).'),
];

/** The visible text of each item, one a line, parts parted by blanks. */
const itemTexts = `[...document.querySelectorAll('.item')].map((item) => item.innerText.replace(/\\s+/g, ' ').trim())`;

export function renderingSuite(bench: () => TranscriptBench): void {
  describe('shows', () => {
    let transcript: OpenTranscript;
    before(async () => {
      transcript = await bench().open();
      const turn = sampleTurn('t1', items, {
        totals: { files: 3, added: 4, removed: 3 },
        plan: [
          { step: 'Read', status: 'completed' },
          { step: 'Write', status: 'inProgress' },
        ],
      });
      const usage = { inputTokens: 1, cachedInputTokens: 1, outputTokens: 1, reasoningOutputTokens: 1 };
      await transcript.send(
        {
          type: 'thread',
          thread: sampleThread({
            owner: 'CLI',
            goal: 'Be safe',
            tokenUsage: { ...usage, totalTokens: 45_678, contextWindow: 200_000, lastTotalTokens: 20_000 },
          }),
        },
        { type: 'reset', turns: [turn], hasOlder: false },
      );
    });
    after(async () => {
      assert.deepEqual(await transcript.complaints(), []);
      await transcript.end();
    });

    const click = (selector: string): Promise<void> => transcript.page.locator(selector).first().click();

    it('what was sent before it was ready, and asks for it when it has missed that', async () => {
      const missed = await bench().open();
      const readies = async (): Promise<number> =>
        (await missed.sent()).filter(({ type }) => type === 'ready').length;
      await missed.send({ type: 'thread', thread: sampleThread() }, { type: 'allSent' });
      assert.equal(await readies(), 2);
      await missed.send({ type: 'reset', turns: [], hasOlder: false }, { type: 'allSent' });
      assert.equal(await readies(), 2);
      await missed.end();
    });

    it('every kind of item', async () => {
      assert.deepEqual(await transcript.page.evaluate(itemTexts), [
        'Thought for 12s',
        'Completed: $ npm test 12s',
        'Failed: $ npm test exit 1',
        'Declined: $ rm -rf build declined',
        'Changed login.ts src +2 added −1 removed Added password.ts src/validation +1 added −0 removed Deleted old.ts +0 added −2 removed',
        'Completed: github.search 2s',
        'Searched the web for vs code',
        'Looked at /w/api/a.png',
        'Asked another agent',
        'Trying again: Reconnecting',
        'It broke',
        'The context was compacted',
        'and more',
        'Review',
        'hologram',
        'See src/login.ts:12 and the site.',
      ]);
    });

    it('the prompt, the plan and how the turn ended', async () => {
      const text = (await transcript.page.locator('.turn').innerText()).replaceAll(/\s+/g, ' ');
      assert.match(text, /^You: Prompt of t1 Prompt of t1 Jan 2, /);
      assert.match(text, /Plan · 1 of 2 done Done: Read To do: Write/);
      assert.match(text, /Completed: Completed · 2m 14s 3 files \+4 added −3 removed Open Changes$/);
    });

    it('how the thread is', async () => {
      const text = (await transcript.page.locator('.status-line').innerText()).replaceAll(/\s+/g, ' ');
      assert.equal(
        text,
        'Completed · CLI Be safe api · gpt-6 · workspace-write 45.7k tokens · 10% of context',
      );
    });

    it('what a command wrote, and the lines of a change, when they are opened', async () => {
      await click('.item[data-item-id=c2] .disclosure');
      assert.equal(await transcript.page.locator('.item[data-item-id=c2] .ansi-1').textContent(), 'no');
      await click('.item[data-item-id=f] .disclosure');
      const lines = await transcript.page.locator('.item[data-item-id=f] .diff-line').allInnerTexts();
      assert.deepEqual(
        lines.slice(0, 4).map((line) => line.split(/\s+/).join(' ')),
        [
          '⋯ export function login(',
          '10 const user = find(name);',
          '11 − if (!user) return;',
          '11 + if (user === undefined) throw new LoginError(name);',
        ],
      );
    });

    it('where links and buttons lead', async () => {
      await transcript.page.getByRole('link', { name: 'src/login.ts:12' }).click();
      await transcript.page.getByRole('link', { name: 'the site' }).click();
      await click('.item[data-item-id=i] a');
      await click('.item[data-item-id=f] [aria-label="Open Changes of old.ts"]');
      await click('.turn-footer button');
      await click('[aria-label="Open Log"]');
      await click('.item[data-item-id=c1] [aria-label="Copy Command"]');
      assert.deepEqual((await transcript.sent()).slice(1), [
        { type: 'openFile', path: 'src/login.ts', line: 12 },
        { type: 'openLink', href: 'https://example.org/a' },
        { type: 'openFile', path: '/w/api/a.png', line: undefined },
        { type: 'openChanges', turnId: 't1', path: '/w/api/old.ts' },
        { type: 'openChanges', turnId: 't1', path: undefined },
        { type: 'openLog' },
        { type: 'copy', text: 'npm test' },
      ]);
    });

    it('the command that the model wrote, without the shell that codex hands it to', async () => {
      const wrapped = command('shell', {
        command: `/bin/bash -lc "echo 'a' && npm test -- ${'x'.repeat(80)}"`,
      });
      await transcript.send({ type: 'items', items: [{ turnId: 't1', item: wrapped }] });
      const inner = `echo 'a' && npm test -- ${'x'.repeat(80)}`;
      const step = transcript.page.locator('.item[data-item-id=shell]');
      assert.equal(await step.locator('.step-label').innerText(), `$ ${inner}`);
      await click('.item[data-item-id=shell] .disclosure');
      assert.equal(await step.locator('.whole-command').innerText(), inner);
      await click('.item[data-item-id=shell] button[title="Copy Command"]');
      assert.deepEqual((await transcript.sent()).at(-1), { type: 'copy', text: inner });
    });

    it('the whole of an output that was cut, when it is asked for', async () => {
      const cut = {
        ...command('c1', { output: `${'x'.repeat(79)}\n`.repeat(200) }),
        outputLength: 1_234_567,
      };
      await transcript.send({ type: 'items', items: [{ turnId: 't1', item: cut }] });
      await click('.item[data-item-id=c1] .disclosure');
      await click('button:text("Show All (1.2 MB)")');
      assert.deepEqual((await transcript.sent()).at(-1), { type: 'loadOutput', turnId: 't1', itemId: 'c1' });
      const output = `first line\n${'y'.repeat(79)}\n`.repeat(500);
      await transcript.send({ type: 'output', turnId: 't1', itemId: 'c1', output });
      await eventually(
        () => transcript.page.locator('.item[data-item-id=c1] .output-text').textContent(),
        (text) => assert.equal(text, output),
      );
      assert.equal(
        await transcript.page.locator('.item[data-item-id=c1] .output > button').isVisible(),
        false,
      );
    });

    it('the steps of a turn that came as a summary, without being told to', async () => {
      const asked = async (): Promise<number> =>
        (await transcript.sent()).filter(({ type }) => type === 'loadItems').length;
      await transcript.send({
        type: 'turns',
        turns: [sampleTurn('t2', [message('m', 'Done')], { hasAllItems: false })],
      });
      const again = transcript.page.locator('button:text("Show All Steps")');
      await transcript.page.locator('[data-turn-id=t2]').scrollIntoViewIfNeeded();
      assert.deepEqual(await transcript.waitForMessage('loadItems'), { type: 'loadItems', turnId: 't2' });
      assert.equal(await again.isVisible(), false);
      await transcript.send({ type: 'problem', message: 'Codex could not read it.' });
      await again.click();
      await eventually(asked, (times) => assert.equal(times, 2));
      await transcript.send({
        type: 'turns',
        turns: [sampleTurn('t2', [command('c'), message('m', 'Done')])],
      });
      const texts = await transcript.page.locator('.turn').nth(1).locator('.item').allInnerTexts();
      assert.match(texts.join('|'), /npm test[^|]*\|Done$/);
      assert.equal(await again.isVisible(), false);
      await transcript.send({ type: 'problem', message: 'Something else.' });
      assert.equal(await again.isVisible(), false);
    });
  });
}
