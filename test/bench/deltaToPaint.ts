import type { Benchmark } from './benchmark';
import { inTranscript, nextFrame, turnWith } from './inTranscript';

const deltas = 2_000;
const perSecond = 200;

/** Runs in the page: sends the deltas, and looks after each frame which of them is the last that is drawn. */
const measureScript = `(async () => {
  const received = [];
  const drawn = [];
  const message = document.querySelector('[data-item-id=m] .markdown');
  const afterFrame = ${nextFrame};
  const start = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(${deltas}, ((performance.now() - start) * ${perSecond}) / 1_000);
    while (received.length < due) {
      const number = received.length;
      const delta = number % 40 === 39 ? 'w' + number + '.\\n\\n' : 'w' + number + ' ';
      received.push(performance.now());
      window.postMessage({ type: 'deltas', deltas: [{ turnId: 't', itemId: 'm', field: 'text', delta }] }, '*');
    }
  }, 1);
  while (drawn.length < ${deltas}) {
    await afterFrame();
    const now = performance.now();
    const last = Number(/w(\\d+)\\.?\\s*$/.exec(message.lastElementChild?.textContent ?? '')?.[1] ?? -1);
    while (drawn.length <= last) drawn.push(now);
  }
  clearInterval(timer);
  return drawn.map((at, i) => at - received[i]);
})()`;

/** From a delta that comes to the page until it is on the screen. */
export const deltaToPaint: Benchmark = {
  name: 'delta-to-paint',
  async run() {
    const samples = await inTranscript(async (open) => {
      const transcript = await open();
      const message = { id: 'm', kind: 'message', status: 'running', text: '', isFinal: true } as const;
      await transcript.send({ type: 'reset', turns: [turnWith('t', [message])], hasOlder: false });
      return transcript.page.evaluate<number[]>(measureScript);
    });
    return [{ name: 'delta-to-paint', unit: 'ms', samples, aims: [{ below: 100, of: 'p95' }] }];
  },
};
