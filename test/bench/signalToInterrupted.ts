import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunPhase, TurnRun } from '../../src/threads/turnRun';
import { TaskBench } from '../support/taskBench';
import type { Benchmark } from './benchmark';
import { onceFired } from './onceFired';

const runs = 24;

/** How often a run looks for a signal that no file event told: signals come evenly spread over that time. */
const pollMs = 500;

/**
 * From the moment in which another program begins to write a kill signal to the end of the turn, with
 * `interrupted` on disk. `/noticed` is the part up to `turn/interrupt`, `/exited` goes on to the process's end.
 */
export const signalToInterrupted: Benchmark = {
  name: 'signal-to-interrupted',
  async run() {
    const noticed: number[] = [];
    const interrupted: number[] = [];
    const exited: number[] = [];
    const bench = await TaskBench.open();
    try {
      for (let i = 0; i < runs; i++) {
        const run = await bench.run('stream:60');
        await onceFired(run.onDidStream);
        await delay(pollMs + (i * pollMs) / runs);
        const marks = [reached(run, 'stopping'), reached(run, 'ended')] as const;
        const from = performance.now();
        // As the CLI's first generation does it: an empty file, made in its place.
        await writeFile(bench.root.global.killSignalFile(run.threadId), '');
        const outcome = await run.ended;
        exited.push(performance.now() - from);
        if (outcome.status !== 'interrupted') throw new Error(`The turn ended as ${outcome.status}.`);
        noticed.push((await marks[0]) - from);
        interrupted.push((await marks[1]) - from);
      }
    } finally {
      await bench.close();
    }
    return [
      { name: 'signal-to-interrupted', unit: 'ms', samples: interrupted, aims: [{ below: 60 }] },
      { name: 'signal-to-interrupted/noticed', unit: 'ms', samples: noticed },
      { name: 'signal-to-interrupted/exited', unit: 'ms', samples: exited },
    ];
  },
};

/** Resolves with `performance.now()` of the moment in which the run comes into that phase. */
async function reached(run: TurnRun, phase: RunPhase): Promise<number> {
  for (;;) {
    const at = await onceFired(run.onDidChange);
    if (run.phase === phase) return at;
  }
}
