import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';
import { onceFired } from './onceFired';

const runs = 20;

/** The same with nothing prepared: codex is found, spawned and greeted, and a thread is made, within the time. */
export const promptToTurnStartedCold: Benchmark = {
  name: 'prompt-to-turn-started-cold',
  async run() {
    const samples: number[] = [];
    const bench = await TaskBench.open();
    try {
      for (let i = 0; i < runs; i++) {
        const from = performance.now();
        const run = await bench.run('say:done');
        samples.push((await onceFired(run.onDidStartTurn)) - from);
        await run.ended;
      }
    } finally {
      await bench.close();
    }
    return [{ name: 'prompt-to-turn-started-cold', unit: 'ms', samples }];
  },
};
