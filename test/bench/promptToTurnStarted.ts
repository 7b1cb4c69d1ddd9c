import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';
import { onceFired } from './onceFired';

const runs = 30;

/**
 * From an accepted prompt to codex's `turn/started`, on a thread that was prepared while the person typed.
 * `/registered` is our own part of it: the files are written and `turn/start` is sent.
 */
export const promptToTurnStarted: Benchmark = {
  name: 'prompt-to-turn-started',
  async run() {
    const registered: number[] = [];
    const started: number[] = [];
    const bench = await TaskBench.open();
    try {
      for (let i = 0; i < runs; i++) {
        const prepared = await bench.tasks.prepare(bench.folder);
        const problem = await prepared.problem();
        if (problem !== undefined) throw problem as Error;
        const from = performance.now();
        const run = await bench.tasks.start(prepared, 'say:done');
        registered.push(performance.now() - from);
        started.push((await onceFired(run.onDidStartTurn)) - from);
        await run.ended;
      }
    } finally {
      await bench.close();
    }
    return [
      { name: 'prompt-to-turn-started', unit: 'ms', samples: started, aims: [{ below: 100 }] },
      { name: 'prompt-to-turn-started/registered', unit: 'ms', samples: registered },
    ];
  },
};
