import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { OpenTranscript, TranscriptBench, WebviewTheme } from '../../support/transcriptPage';
import { command, fileChange, message, sampleThread, sampleTurn } from './sampleThread';

const themes: readonly WebviewTheme[] = ['light', 'dark', 'highContrast', 'highContrastLight'];

const answer =
  '## Done\n\nSee `src/a.ts:1`, [a site](https://example.org).\n\n```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote';

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

export function accessibilitySuite(bench: () => TranscriptBench): void {
  describe('for everybody', () => {
    let axe: string;
    before(async () => {
      axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    });

    const openFull = async (theme: WebviewTheme): Promise<OpenTranscript> => {
      const transcript = await bench().open({ theme });
      const items = [
        message('m', answer),
        command('c', { output: 'x\n'.repeat(200) }),
        command('d', { status: 'failed', exitCode: 1 }),
        fileChange('f'),
        { id: 'e', kind: 'error', status: 'failed', message: 'It broke', willRetry: false } as const,
      ];
      const turn = sampleTurn('t', items, {
        totals: { files: 1, added: 1, removed: 1 },
        plan: [{ step: 'Read', status: 'completed' }],
      });
      await transcript.send(
        {
          type: 'thread',
          thread: sampleThread({
            goal: 'Be safe',
            approval: {
              ...{
                id: 'a',
                summary: 'wants to run make',
                reason: 'Why not',
                command: 'make',
                cwd: '/w',
                files: ['/w/a'],
                diffs: [{ path: '/w/a', kind: 'add', diff: 'a' }],
                questions: [{ label: 'A', text: 'B?', options: [{ label: 'C', description: 'D' }] }],
                deadline: 'Soon',
              },
              choices: [{ decision: 'accept', label: 'Approve' }],
            },
          }),
        },
        { type: 'reset', turns: [turn], hasOlder: true },
      );
      await transcript.page.evaluate(
        `for (const one of document.querySelectorAll('.disclosure')) one.click()`,
      );
      return transcript;
    };

    for (const theme of themes) {
      it(`has no serious findings of axe in the ${theme} theme`, async () => {
        const transcript = await openFull(theme);
        await transcript.page.evaluate(axe);
        const { violations } = await transcript.page.evaluate<{ violations: Finding[] }>('axe.run()');
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(
          serious.map(({ id, nodes }) => [
            id,
            ...nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
          ]),
          [],
        );
        await transcript.end();
      });
    }

    it('can be used with the keys alone', async () => {
      const transcript = await openFull('dark');
      const focused = `document.activeElement === document.body ? '' : (({ ariaLabel, textContent, className }) => (ariaLabel || textContent.trim() || className))(document.activeElement)`;
      const seen: string[] = [];
      for (;;) {
        await transcript.page.keyboard.press('Tab');
        const now = String(await transcript.page.evaluate(focused));
        if (now === '') break;
        const hasRing = await transcript.page.evaluate(
          `(({ outlineStyle, boxShadow }, frame) => outlineStyle !== 'none' || boxShadow !== 'none' || frame)(getComputedStyle(document.activeElement), document.activeElement.matches('textarea'))`,
        );
        assert.equal(hasRing, true, now);
        seen.push(now);
      }
      for (const wanted of [
        'Conversation',
        'src/a.ts:1',
        'a site',
        'Copy Code',
        'Open Changes',
        'Approve',
        'Ask for a follow-up',
      ]) {
        assert.ok(seen.includes(wanted), `${wanted}: ${seen.join(', ')}`);
      }
      await transcript.page.locator('.link', { hasText: 'a site' }).focus();
      await transcript.page.keyboard.press('Enter');
      assert.deepEqual((await transcript.sent()).at(-1), { type: 'openLink', href: 'https://example.org/' });
      await transcript.page.locator('[data-item-id=d] .disclosure').focus();
      await transcript.page.keyboard.press('Space');
      assert.equal(await transcript.page.locator('[data-item-id=d] .output-text').isVisible(), false);
      await transcript.end();
    });

    it('has a heading for each turn', async () => {
      const transcript = await openFull('light');
      const article = transcript.page.getByRole('article', { name: 'You: Prompt of t' });
      assert.equal(await article.getByRole('heading', { level: 2 }).count(), 1);
      await transcript.end();
    });
  });
}
