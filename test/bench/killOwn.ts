import { processesOf, waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';
import { onceFired } from './onceFired';

const runs = 20;
const seconds = 947;

/**
 * From the click on Kill to the end of a turn of ours, on disk (`kill-own`), and to the end of the shell
 * command that it was running (`shells-gone`).
 */
export const killOwn: Benchmark = {
  name: 'kill-own',
  async run() {
    const interrupted: number[] = [];
    const shellsGone: number[] = [];
    const bench = await TaskBench.open();
    const sleeping = async (): Promise<boolean> =>
      (await processesOf(bench.home.home)).some(({ command }) => command.endsWith(`sleep ${seconds}`));
    try {
      for (let i = 0; i < runs; i++) {
        const run = await bench.run(`run:"sleep ${seconds}"`);
        await waitUntil(sleeping, { timeoutMs: 20_000, what: 'the command' });
        const from = performance.now();
        const killed = bench.killer.kill(run.threadId);
        while (run.phase !== 'ended') await onceFired(run.onDidChange);
        interrupted.push(performance.now() - from);
        await waitUntil(async () => !(await sleeping()), { timeoutMs: 10_000, what: 'the command to end' });
        shellsGone.push(performance.now() - from);
        await killed;
      }
    } finally {
      await bench.close();
    }
    return [
      { name: 'kill-own', unit: 'ms', samples: interrupted, aims: [{ below: 60 }] },
      { name: 'shells-gone', unit: 'ms', samples: shellsGone, aims: [{ below: 1000 }] },
    ];
  },
};
