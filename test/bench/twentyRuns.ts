import { readFile } from 'node:fs/promises';
import { processesOf, waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';

const runs = 20;

/** Memory of all codex processes, and of our own heap, while twenty turns are under way. */
export const twentyRuns: Benchmark = {
  name: 'twenty-runs-rss',
  async run() {
    const bench = await TaskBench.open();
    try {
      const started = await Promise.all(Array.from({ length: runs }, () => bench.run('stream:120')));
      const areAllStreaming = (): boolean => started.every(({ unfinishedText }) => unfinishedText !== '');
      await waitUntil(areAllStreaming, { timeoutMs: 60_000, what: 'twenty turns' });
      const processes = await processesOf(bench.home.home);
      const sizes = await Promise.all(processes.map(({ pid }) => residentMegabytes(pid)));
      return [
        { name: 'twenty-runs-rss', unit: 'MB', samples: [sizes.reduce((sum, size) => sum + size, 0)] },
        { name: 'twenty-runs-rss/heap', unit: 'MB', samples: [process.memoryUsage().heapUsed / 1024 ** 2] },
      ];
    } finally {
      await bench.close();
    }
  },
};

/** What a process has in memory, pages that it shares included; 0 when it has ended. */
async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}
