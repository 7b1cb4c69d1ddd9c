import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually';
import type { OpenTranscript, TranscriptBench } from '../../support/transcriptPage';
import { command, message, sampleThread, sampleTurn } from './sampleThread';

const turns = (from: number, to: number): ReturnType<typeof sampleTurn>[] =>
  Array.from({ length: to - from }, (_, i) =>
    sampleTurn(`t${from + i}`, [
      command(`c${from + i}`, { output: 'ok\n'.repeat(50) }),
      message(`m${from + i}`, `Answer ${from + i}\n\n${'word '.repeat(100)}`),
    ]),
  );

const wheelUp = async (transcript: OpenTranscript, pixels: number): Promise<void> => {
  await transcript.page.mouse.move(400, 200);
  await transcript.page.mouse.wheel(0, -pixels);
};

/** Pixels to the end. */
const rest = `(({ scrollHeight, scrollTop, clientHeight }) => Math.round(scrollHeight - scrollTop - clientHeight))(document.querySelector('main'))`;

/** How far below the edge something is. */
const topOf = (selector: string): string =>
  `Math.round(document.querySelector('${selector}').getBoundingClientRect().top)`;

/** How far what is kept as the place is from where that is now. */
const savedError = `(({ place } = {}) => {
  if (place === undefined) return 'nothing';
  const kept = document.querySelector('[data-item-id="' + place.itemId + '"]') ?? document.querySelector('[data-turn-id="' + place.turnId + '"]');
  return kept.getBoundingClientRect().top - place.offset;
})(host.state)`;

export function scrollingSuite(bench: () => TranscriptBench): void {
  describe('where one reads', () => {
    let transcript: OpenTranscript;
    beforeEach(async () => {
      transcript = await bench().open();
      await transcript.send(
        { type: 'thread', thread: sampleThread() },
        { type: 'reset', turns: turns(20, 60), hasOlder: true },
      );
    });
    afterEach(async () => {
      assert.deepEqual(await transcript.complaints(), []);
      await transcript.end();
    });

    const number = async (script: string): Promise<number> => Number(await transcript.page.evaluate(script));
    const grow = (i: number): Promise<void> =>
      transcript.send({
        type: 'items',
        items: [{ turnId: 't59', item: message(`new-${i}`, `More ${i}\n\nand more`) }],
      });

    it('is the end, also while more comes', async () => {
      assert.ok((await number(rest)) <= 1);
      for (let i = 0; i < 20; i++) await grow(i);
      assert.ok((await number(rest)) <= 1);
      assert.equal(await transcript.page.locator('.jump-to-end').isVisible(), false);
    });

    it('stays where one has scrolled to, until one goes back to the end', async () => {
      await wheelUp(transcript, 600);
      const jump = transcript.page.locator('.jump-to-end');
      await jump.waitFor();
      await eventually(
        () => number(rest),
        (pixels) => assert.ok(pixels > 500, String(pixels)),
      );
      const before = await number(topOf('[data-item-id=m58]'));
      for (let i = 0; i < 20; i++) await grow(i);
      assert.ok(Math.abs((await number(topOf('[data-item-id=m58]'))) - before) <= 1);
      await jump.click();
      await eventually(
        () => number(rest),
        (pixels) => assert.ok(pixels <= 1, String(pixels)),
      );
      await grow(99);
      assert.ok((await number(rest)) <= 1);
      assert.equal(await jump.isVisible(), false);
    });

    it('is the line that one opens', async () => {
      const line = '[data-item-id=c59] .disclosure';
      const before = await number(topOf(line));
      await transcript.page.locator(line).click();
      await grow(1);
      assert.ok(Math.abs((await number(topOf(line))) - before) <= 1);
    });

    it('stays when older turns come above it', async () => {
      await transcript.page.evaluate(`document.querySelector('main').scrollTop = 300`);
      await transcript.waitForMessage('loadOlder');
      // What came near the screen has its real height now.
      await transcript.send();
      const before = await number(topOf('[data-item-id=m20]'));
      await transcript.send({ type: 'older', turns: turns(0, 20), hasOlder: false });
      await transcript.send();
      assert.ok(Math.abs((await number(topOf('[data-item-id=m20]'))) - before) <= 1);
      assert.equal((await transcript.sent()).filter(({ type }) => type === 'loadOlder').length, 1);
      assert.equal(await transcript.page.locator('.turn').count(), 60);
      assert.equal(await transcript.page.locator('.load-older').isVisible(), false);
    });

    it('stays when the steps of turns come that were told as summaries, which is when one comes near them', async () => {
      const all = turns(0, 40);
      const summary = all.map((turn) => ({ ...turn, items: turn.items.slice(1), hasAllItems: false }));
      await transcript.send({ type: 'reset', turns: summary, hasOlder: false });
      const asked = async (): Promise<string[]> =>
        (await transcript.sent()).flatMap((sent) => (sent.type === 'loadItems' ? sent.turnId : []));
      const [newest] = await eventually(asked, (ids) => assert.notDeepEqual(ids, []));
      assert.equal(newest, 't39');
      const first = await asked();
      assert.ok(first.length < 20, String(first));
      await wheelUp(transcript, 3000);
      await eventually(asked, (ids) => assert.ok(ids.length > first.length));
      await transcript.send();
      const ids = await asked();
      assert.equal(new Set(ids).size, ids.length);
      const onScreen = String(
        await transcript.page.evaluate(
          `[...document.querySelectorAll('[data-kind=message]')].find((each) => each.getBoundingClientRect().top > 0).dataset.itemId`,
        ),
      );
      const before = await number(topOf(`[data-item-id=${onScreen}]`));
      for (const turn of all) {
        if (ids.includes(turn.id) && `m${turn.id.slice(1)}` !== onScreen)
          await transcript.send({ type: 'turns', turns: [turn] });
      }
      const after = await number(topOf(`[data-item-id=${onScreen}]`));
      assert.ok(Math.abs(after - before) <= 1, `${before} → ${after}`);
    });

    it('is found again after a reload, with what was open', async () => {
      await transcript.page.locator('[data-item-id=c57] .disclosure').click();
      await wheelUp(transcript, 400);
      // Until what is kept is where one is.
      await eventually(
        () => transcript.page.evaluate(savedError),
        (pixels) => assert.ok(Math.abs(Number(pixels)) < 1, String(pixels)),
      );
      const before = await number(topOf('[data-item-id=m57]'));
      await transcript.page.reload();
      await transcript.send(
        { type: 'thread', thread: sampleThread() },
        { type: 'reset', turns: turns(20, 60), hasOlder: true },
      );
      await transcript.send();
      assert.ok(
        Math.abs((await number(topOf('[data-item-id=m57]'))) - before) <= 2,
        `${before} → ${await number(topOf('[data-item-id=m57]'))}`,
      );
      assert.equal(
        await transcript.page.locator('[data-item-id=c57] .disclosure').getAttribute('aria-expanded'),
        'true',
      );
      assert.match(await transcript.page.locator('[data-item-id=c57] .output-text').innerText(), /^ok\nok/);
    });

    it('can be searched, what is closed and far away included', async () => {
      await eventually(
        async () => (await transcript.page.locator('.turns').textContent()) ?? '',
        (text) => {
          assert.ok(text.includes('Answer 20'));
          assert.equal(text.split('ok\nok\n').length, 40 * 25 + 1);
        },
      );
      assert.equal(
        await transcript.page.locator('[data-item-id=c20] .panel').getAttribute('hidden'),
        'until-found',
      );
    });
  });
}
