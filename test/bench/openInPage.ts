import type { HistoryItem } from '../../src/threads/history/turn';
import type { OpenTranscript } from '../support/transcriptPage';
import { inTranscript, nextFrame, sampleAnswer, turnWith } from './inTranscript';
import { itemsOfTurn, turnsOfEach } from './longThreads';

const rounds = 7;

const openScript = `(async (turns) => {
  const afterFrame = ${nextFrame};
  const start = performance.now();
  window.postMessage({ type: 'reset', turns, hasOlder: false }, '*');
  do await afterFrame();
  while (!document.querySelector('.turn:last-child .item:last-child')?.textContent.includes('Step'));
  return performance.now() - start;
})`;

/** Up through all of it, a screen a frame, while the rest of the items is still being filled. */
const scrollScript = `(async () => {
  const afterFrame = ${nextFrame};
  const main = document.querySelector('main');
  const costs = [];
  while (main.scrollTop > 0) {
    main.scrollTop -= 600;
    costs.push(await afterFrame());
  }
  return costs;
})()`;

/**
 * The same in the page alone, which has all of the items at once: from the message until its end is on the
 * screen, and the frames while one scrolls to its top.
 */
export async function openInPage(): Promise<{ opened: number[]; scrolled: number[] }> {
  return inTranscript(async (open) => {
    const opened: number[] = [];
    let scrolled: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const transcript = await open();
      opened.push(await openIn(transcript));
      if (i === rounds - 1) scrolled = await transcript.page.evaluate<number[]>(scrollScript);
      await transcript.end();
    }
    return { opened, scrolled };
  });
}

async function openIn({ page }: OpenTranscript): Promise<number> {
  const all = Array.from({ length: turnsOfEach }, (_, turn) =>
    turnWith(
      `t${turn}`,
      Array.from({ length: itemsOfTurn }, (__, item) => sampleItem(item, turn * itemsOfTurn + item)),
    ),
  );
  return page.evaluate<number>(`${openScript}(${JSON.stringify(all)})`);
}

function sampleItem(position: number, number: number): HistoryItem {
  const id = `i${number}`;
  if (position % 5 === 4) {
    return { id, kind: 'message', status: 'completed', text: sampleAnswer(number), isFinal: true };
  }
  if (position % 5 === 3) {
    const diff = `@@ -1,100 +1,200 @@\n${`-old line ${number}\n+new line of some length\n+and another\n`.repeat(100)}`;
    return {
      id,
      kind: 'fileChange',
      status: 'completed',
      changes: [{ path: `/w/src/f${number}.ts`, kind: 'update', diff }],
    };
  }
  return {
    id,
    kind: 'command',
    status: 'completed',
    command: `npm run step-${number}`,
    cwd: '/w',
    exitCode: 0,
    output: `line of output ${number}\n`.repeat(700),
    durationMs: 1_200,
  };
}
