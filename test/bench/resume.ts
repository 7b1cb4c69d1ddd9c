import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';
import { onceFired } from './onceFired';

const runs = 20;

/** From accepting the follow-up prompt to `turn/started`, with the thread loaded behind the input box. */
export const resume: Benchmark = {
  name: 'resume',
  async run() {
    const samples: number[] = [];
    const bench = await TaskBench.open();
    try {
      const first = await bench.run('say:hello');
      await first.ended;
      for (let i = 0; i < runs; i++) {
        const thread = bench.store.get(first.threadId);
        if (thread === undefined) throw new Error('The thread has gone.');
        const prepared = await bench.resumer.prepare(thread);
        await prepared.problem(); // settles when the thread is loaded
        const from = performance.now();
        const run = await bench.resumer.start(prepared, 'say:again');
        samples.push((await onceFired(run.onDidStartTurn)) - from);
        await run.ended;
      }
    } finally {
      await bench.close();
    }
    return [{ name: 'resume', unit: 'ms', samples, aims: [{ below: 250 }] }];
  },
};
