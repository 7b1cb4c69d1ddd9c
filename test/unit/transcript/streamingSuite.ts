import assert from 'node:assert/strict';
import type { ItemDelta } from '../../../src/threads/history/threadHistory';
import type { OpenTranscript, TranscriptBench } from '../../support/transcriptPage';
import { command, message, sampleThread, sampleTurn } from './sampleThread';

const samples: readonly string[] = [
  'One *paragraph*\nin two lines.\n\nAnother `one`.',
  '- a\n- b\n\n  still b\n  - c\n\n- d\n\nend',
  '1. a\n\n2. b\n\n10. c',
  '- one\n\n* two\n\n**three**\n\n-\n',
  'Title\n=====\n\ntext\n---\n\n***\n\n# A\n## B #\n',
  '```ts\nconst a = 1;\n\n// ```\nconst b;\n```\nafter\n~~~\nopen',
  '> quote\ngoes on\n\n> again\n> ```\n> code\n\ntext',
  '| a | b |\n|---|:-:|\n| 1 | 2 |\n\n| not a table |\n',
  'para\n| a | b |\n|---|---|\n| 1 | 2 |\nlast',
  '    code\n\n    more code\n\ntext\r\nwith returns\r\n\r\nend',
  'A [link][x] before.\n\n[x]: https://example.org/a "T"\n\nAnd [x] again.',
  'https://example.org/a_b_c, <https://example.org> src/a.ts:3 \\*no\\* &amp; 👩‍💻 **b',
  `${'- item with `code`\n'.repeat(300)}\n${'word '.repeat(3_000)}\n\n\`\`\`\n${'line of code\n'.repeat(4_000)}\`\`\`\n\nend`,
];

/** The elements of a message, in whatever parts and with whatever order of attributes they were made. */
const markup = `(id) => {
  const copy = document.querySelector('[data-item-id="' + id + '"] .markdown').cloneNode(true);
  for (const part of [...copy.children]) part.replaceWith(...part.childNodes);
  copy.normalize();
  for (const one of copy.querySelectorAll('*')) {
    const attributes = [...one.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name } of attributes) one.removeAttribute(name);
    for (const { name, value } of attributes) one.setAttribute(name, value);
  }
  return copy.innerHTML;
}`;

export function streamingSuite(bench: () => TranscriptBench): void {
  describe('of a turn that runs', () => {
    let transcript: OpenTranscript;
    before(async () => {
      transcript = await bench().open();
      const running = sampleTurn('t', [message('m', '', 'running')], { status: 'running' });
      await transcript.send(
        { type: 'thread', thread: sampleThread() },
        { type: 'reset', turns: [running], hasOlder: false },
      );
    });
    after(async () => {
      assert.deepEqual(await transcript.complaints(), []);
      await transcript.end();
    });

    const delta = (itemId: string, text: string, field: ItemDelta['field'] = 'text'): ItemDelta => ({
      turnId: 't',
      itemId,
      field,
      delta: text,
    });
    const item = (shown: ReturnType<typeof message>): Promise<void> =>
      transcript.send({ type: 'items', items: [{ turnId: 't', item: shown }] });

    /** Once nothing more is drawn. */
    const markupOf = async (id: string): Promise<string> => {
      const look = `(${markup})(${JSON.stringify(id)})`;
      return transcript.page.evaluate(`(async () => {
        for (let last = ${look}; ; ) {
          for (let i = 0; i < 5; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
          const now = ${look};
          if (now === last) return now;
          last = now;
        }
      })()`);
    };

    samples.forEach((text, number) => {
      it(`draws sample ${number + 1} the same whether it comes in pieces or at once`, async () => {
        const [grown, whole] = [`grown-${number}`, `whole-${number}`];
        await item(message(grown, '', 'running'));
        const length = text.length > 1_000 ? 997 : 3;
        const pieces = text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];
        for (let i = 0; i < pieces.length; i += 3) {
          await transcript.send({
            type: 'deltas',
            deltas: pieces.slice(i, i + 3).map((piece) => delta(grown, piece)),
          });
        }
        await item(message(grown, text));
        await item(message(whole, text));
        assert.equal(await markupOf(grown), await markupOf(whole));
      });
    });

    it('keeps the selection in what is already there', async () => {
      await item(message('selected', 'First words', 'running'));
      const selected = await transcript.page.evaluate(`(() => {
        const text = document.querySelector('[data-item-id=selected] p').firstChild;
        getSelection().setBaseAndExtent(text, 0, text, 5);
      })()`);
      assert.equal(selected, undefined);
      await transcript.send({ type: 'deltas', deltas: [delta('selected', ' and more\n\nand more')] });
      assert.equal(await transcript.page.evaluate('String(getSelection())'), 'First');
    });

    it('shows the output of a command as it comes, and its end only', async () => {
      await item(command('c', { status: 'running', output: '', exitCode: undefined }));
      await transcript.page.locator('[data-item-id=c] .disclosure').click();
      for (let i = 0; i < 40; i++) {
        await transcript.send({
          type: 'deltas',
          deltas: [delta('c', `line ${i} ${'x'.repeat(1_000)}\n`, 'output')],
        });
      }
      const output = (await transcript.page.locator('[data-item-id=c] .output-text').textContent()) ?? '';
      assert.match(output, /line 39 x+\s*$/);
      assert.ok(output.length < 30_000);
      await transcript.page.locator('[data-item-id=c] button:text("Show All (40 kB)")').waitFor();
    });

    it('says a message to a screen reader when it is complete', async () => {
      await item(message('spoken', 'Half', 'running'));
      await transcript.send({ type: 'deltas', deltas: [delta('spoken', ' a message')] });
      const status = transcript.page.getByRole('status');
      assert.doesNotMatch((await status.textContent()) ?? '', /Half/);
      await item(message('spoken', 'Half a message'));
      assert.equal(await status.textContent(), 'Codex: Half a message');
    });

    it('takes what it does not know, or not yet, for nothing', async () => {
      await transcript.send(
        { type: 'deltas', deltas: [delta('not-yet', 'x'), { ...delta('x', 'x'), turnId: '__proto__' }] },
        { type: 'items', items: [{ turnId: 'no-such-turn', item: message('x', 'x') }] },
        { type: 'output', turnId: '__proto__', itemId: 'constructor', output: 'x' },
        { type: 'sent', text: '', error: undefined },
        { type: 'of-tomorrow' },
        { type: 'toString' },
      );
      await transcript.page.evaluate(
        `for (const odd of [null, 1, 'x', [], {}]) window.postMessage(odd, '*')`,
      );
      for (const id of ['__proto__', 'constructor', '"><b>']) {
        await item(message(id, 'before', 'running'));
        await transcript.send({ type: 'deltas', deltas: [delta(id, ' and after')] });
        assert.match(await transcript.page.locator('.item').last().innerText(), /^before and after$/);
      }
    });
  });
}
