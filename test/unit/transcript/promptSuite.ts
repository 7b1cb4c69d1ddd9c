import assert from 'node:assert/strict';
import type { TranscriptApproval } from '../../../src/transcript/messages';
import type { OpenTranscript, TranscriptBench } from '../../support/transcriptPage';
import { sampleThread } from './sampleThread';

const approval: TranscriptApproval = {
  id: 'a1',
  summary: 'wants to run rm -rf build',
  reason: 'Stale files',
  command: 'rm -rf build',
  cwd: '/w/api',
  files: [],
  choices: [
    { decision: 'accept', label: 'Approve' },
    { decision: 'decline', label: 'Decline' },
  ],
};

export function promptSuite(bench: () => TranscriptBench): void {
  describe('below the conversation', () => {
    let transcript: OpenTranscript;
    beforeEach(async () => {
      transcript = await bench().open();
      await transcript.send(
        { type: 'thread', thread: sampleThread() },
        { type: 'reset', turns: [], hasOlder: false },
      );
    });
    afterEach(async () => {
      assert.deepEqual(await transcript.complaints(), []);
      await transcript.end();
    });

    const input = (): ReturnType<OpenTranscript['page']['locator']> => transcript.page.locator('textarea');

    it('sends on Enter, and empties the box when the prompt was taken', async () => {
      await input().focus();
      await transcript.page.keyboard.type('one');
      await transcript.page.keyboard.press('Shift+Enter');
      await transcript.page.keyboard.type('two');
      await transcript.page.keyboard.press('Enter');
      await transcript.page.keyboard.press('Enter');
      assert.deepEqual((await transcript.sent()).slice(1), [{ type: 'send', text: 'one\ntwo' }]);
      assert.equal(await input().inputValue(), 'one\ntwo');
      await transcript.send({ type: 'sent', text: 'one\ntwo', error: undefined });
      assert.equal(await input().inputValue(), '');
      assert.equal(await transcript.page.getByRole('button', { name: 'Send' }).isDisabled(), true);
    });

    it('keeps what was written when it was not taken, and says why', async () => {
      await input().fill('Do it');
      await transcript.page.getByRole('button', { name: 'Send' }).click();
      await transcript.send({ type: 'sent', text: 'Do it', error: 'Codex is not logged in.' });
      assert.equal(await input().inputValue(), 'Do it');
      assert.equal(await transcript.page.locator('.prompt-error').innerText(), 'Codex is not logged in.');
      assert.equal(await input().isEditable(), true);
    });

    it('keeps a draft over a reload', async () => {
      await input().fill('half a thought');
      await transcript.page.reload();
      await transcript.send({ type: 'thread', thread: sampleThread() });
      assert.equal(await input().inputValue(), 'half a thought');
    });

    it('has no draft of what it has sent, unless that was not taken', async () => {
      const reload = async (): Promise<void> => {
        await transcript.page.reload();
        await transcript.send({ type: 'thread', thread: sampleThread() });
      };
      await input().fill('one');
      await input().press('Enter');
      await reload();
      assert.equal(await input().inputValue(), '');
      await transcript.send({ type: 'sent', text: 'one', error: 'Not sent.' });
      assert.equal(await input().inputValue(), 'one');
      await reload();
      assert.equal(await input().inputValue(), 'one');
    });

    it('empties the box of the text that was taken, and of no other', async () => {
      await input().fill('two');
      await transcript.send({ type: 'sent', text: 'one', error: undefined });
      assert.equal(await input().inputValue(), 'two');
      await input().press('Enter');
      await transcript.send({ type: 'sent', text: 'two', error: 'The one before is on its way.' });
      await transcript.send({ type: 'sent', text: 'one', error: undefined });
      assert.equal(await input().inputValue(), 'two');
      assert.equal(await input().isEditable(), true);
      await transcript.send({ type: 'sent', text: 'one', error: 'Not sent.' });
      assert.equal(await input().inputValue(), 'one\n\ntwo');
    });

    it('says what the box is for, or why there is none', async () => {
      assert.equal(await input().getAttribute('placeholder'), 'Ask for a follow-up');
      assert.equal(await transcript.page.getByRole('button', { name: 'Stop' }).count(), 0);
      const running = {
        status: 'running',
        statusText: 'Running',
        canStop: true,
        turnStartedAt: Date.now() - 41_000,
      } as const;
      await transcript.send({
        type: 'thread',
        thread: sampleThread({ ...running, prompt: { mode: 'steer' } }),
      });
      assert.equal(await input().getAttribute('placeholder'), 'Tell Codex more while it works');
      assert.match(await transcript.page.locator('.status-line').innerText(), /^Running\s+· 4\ds/);
      await transcript.page.getByRole('button', { name: 'Stop' }).click();
      assert.deepEqual((await transcript.sent()).at(-1), { type: 'stop' });
      const none = { mode: 'none', reason: 'The CLI runs this turn.' } as const;
      await transcript.send({ type: 'thread', thread: sampleThread({ prompt: none }) });
      assert.equal(await input().isVisible(), false);
      assert.equal(await transcript.page.locator('.prompt-why').innerText(), 'The CLI runs this turn.');
    });

    it('asks for leave, and takes one answer', async () => {
      await transcript.send({
        type: 'thread',
        thread: sampleThread({ status: 'needsYou', statusText: 'Waiting for you', approval }),
      });
      const card = transcript.page.getByRole('region', { name: 'Codex Needs You' });
      assert.deepEqual((await card.innerText()).split(/\n+/), [
        'Codex wants to run rm -rf build',
        'Stale files',
        'rm -rf build',
        'in /w/api',
        'Approve',
        'Decline',
      ]);
      assert.equal(
        await transcript.page.getByRole('status').textContent(),
        'Codex wants to run rm -rf build',
      );
      await card.getByRole('button', { name: 'Decline' }).click();
      assert.deepEqual((await transcript.sent()).at(-1), {
        type: 'answer',
        approvalId: 'a1',
        decision: 'decline',
      });
      assert.equal(await card.getByRole('button', { name: 'Approve' }).isDisabled(), true);
      await transcript.send({ type: 'thread', thread: sampleThread() });
      assert.equal(await card.isVisible(), false);
    });

    it('shows the changes that wait for leave, with the way to a diff editor', async () => {
      const diffs = [{ path: '/w/api/a.ts', kind: 'update', diff: '@@ -1 +1 @@\n-old\n+new\n' }] as const;
      const asked = { ...approval, command: undefined, files: ['/w/api/a.ts'], diffs };
      await transcript.send({
        type: 'thread',
        thread: sampleThread({ status: 'needsYou', approval: asked }),
      });
      const card = transcript.page.getByRole('region', { name: 'Codex Needs You' });
      assert.equal(await card.locator('.diff-line.added .diff-text').innerText(), 'new');
      assert.equal(await card.locator('.approval-files').count(), 0);
      await card.getByRole('button', { name: 'Open Changes of a.ts' }).click();
      assert.deepEqual((await transcript.sent()).at(-1), {
        ...{ type: 'openChanges', turnId: 'a1', path: '/w/api/a.ts' },
      });
    });

    it('shows what is asked, and lets whoever has answered nothing try again', async () => {
      const options = [{ label: 'SQLite', description: 'Small.' }];
      const asked = {
        ...{ ...approval, summary: 'asks: Which?', reason: undefined, command: undefined, cwd: undefined },
        questions: [{ label: 'Database', text: 'Which\none?', options }],
        deadline: 'Codex goes on without an answer at 12:00:00.',
        choices: [{ decision: 'answer', label: 'Answer…' }],
      };
      await transcript.send({
        type: 'thread',
        thread: sampleThread({ status: 'needsYou', approval: asked }),
      });
      const card = transcript.page.getByRole('region', { name: 'Codex Needs You' });
      assert.deepEqual((await card.innerText()).split(/\n+/), [
        ...['Codex asks: Which?', 'Database', 'Which', 'one?', 'SQLite Small.'],
        ...['Codex goes on without an answer at 12:00:00.', 'Answer…'],
      ]);
      const button = card.getByRole('button', { name: 'Answer…' });
      await button.click();
      await button.click();
      const answers = (await transcript.sent()).filter(({ type }) => type === 'answer');
      assert.equal(answers.length, 2);
    });
  });
}
