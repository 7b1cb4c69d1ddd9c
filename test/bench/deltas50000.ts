import type { CDPSession } from 'playwright-core';
import type { Benchmark } from './benchmark';
import { inTranscript, nextFrame, sampleAnswer, turnWith } from './inTranscript';

const deltas = 50_000;
const part = 10_000;
const inOneMessage = 100;

const measureScript = `(async (deltas) => {
  const afterFrame = ${nextFrame};
  const frames = [];
  for (let i = 0; i < deltas.length; i += ${inOneMessage}) {
    const some = deltas.slice(i, i + ${inOneMessage});
    const data = { type: 'deltas', deltas: some.map((delta) => ({ turnId: 't', itemId: 'm', field: 'text', delta })) };
    window.postMessage(data, '*');
    frames.push(await afterFrame());
  }
  return frames;
})`;

/**
 * A very long answer: its frames, the memory that the page takes afterwards, and what the last ten thousand
 * deltas cost in relation to the first, in processor time.
 */
export const deltas50000: Benchmark = {
  name: 'deltas-50000',
  async run() {
    return inTranscript(async (open) => {
      const transcript = await open();
      const session = await transcript.page.context().newCDPSession(transcript.page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      const message = { id: 'm', kind: 'message', status: 'running', text: '', isFinal: true } as const;
      await transcript.send({ type: 'reset', turns: [turnWith('t', [message])], hasOlder: false });
      const all = allDeltas();
      const frames: number[] = [];
      const costs: number[] = [];
      for (let i = 0; i < deltas; i += part) {
        const before = await taskSeconds(session);
        const script = `${measureScript}(${JSON.stringify(all.slice(i, i + part))})`;
        frames.push(...(await transcript.page.evaluate<number[]>(script)));
        costs.push((await taskSeconds(session)) - before);
      }
      const growth = (100 * (costs.at(-1) ?? 0)) / (costs[0] ?? 0);
      return [
        { name: 'deltas-50000', unit: 'ms', samples: frames, aims: [{ below: 200, of: 'max' }] },
        { name: 'deltas-50000/heap', unit: 'MB', samples: [await heapOf(session)], aims: [{ below: 60 }] },
        { name: 'deltas-50000/last-to-first', unit: '%', samples: [growth], aims: [{ below: 200 }] },
      ];
    });
  },
};

/** Of some five characters. */
function allDeltas(): string[] {
  let text = '';
  for (let i = 0; text.length < deltas * 5; i++) text += sampleAnswer(i);
  return Array.from({ length: deltas }, (_, i) => text.slice(i * 5, i * 5 + 5));
}

/** What the page has worked so far. */
async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

/** What is in use after a collection, elements included. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize } = await session.send('Runtime.getHeapUsage');
  return (usedSize + embedderHeapUsedSize) / 1e6;
}
