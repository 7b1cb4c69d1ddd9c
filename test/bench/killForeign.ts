import { Outside } from '../interop/outside';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';

const runs = 12;

/** From the click on Kill to the end of a run of the command line, which looks for signals each 500 ms. */
export const killForeign: Benchmark = {
  name: 'kill-foreign',
  async run() {
    const samples: number[] = [];
    const bench = await TaskBench.open();
    const outside = new Outside(bench.folder, bench.home.env);
    try {
      for (let i = 0; i < runs; i++) {
        const run = outside.start('generationB.mjs', 'run', 'stream:60');
        const id = await waitUntil(
          () => bench.store.active().find(({ ownerPid }) => ownerPid === run.pid)?.id,
          { timeoutMs: 20_000, what: 'the row' },
        );
        const from = performance.now();
        await Promise.all([bench.killer.kill(id), run.ended]);
        samples.push(performance.now() - from);
      }
    } finally {
      await outside.dispose();
      await bench.close();
    }
    return [{ name: 'kill-foreign', unit: 'ms', samples, aims: [{ below: 600 }] }];
  },
};
