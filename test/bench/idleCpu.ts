import { askProgram } from './askProgram';
import type { Benchmark } from './benchmark';
import { ScratchState } from './scratchState';

const windows = 3;
const windowMs = 20_000;
/** Until what the start has left behind is collected. */
const settleMs = 30_000;

/** The fastest timer that may be at work while nothing runs. */
const slowEnoughMs = 5_000;

interface Idling {
  /** In per cent of one processor. */
  readonly samples: readonly number[];
  /** The length of every timer that was started meanwhile (ms). */
  readonly timers: readonly number[];
}

/** What a hundred workspaces cost while nothing runs. Fails when a timer is at work that is too fast. */
export const idleCpu: Benchmark = {
  name: 'idle-cpu',
  async run({ note }) {
    const scratch = await ScratchState.create({ threads: 1000, workspaces: 100, threadsOfEach: 50 });
    try {
      const args = [windows, windowMs, settleMs].map(String);
      const { samples, timers } = (await askProgram('idleCpu', scratch.root.path, ...args)) as Idling;
      note(`timers started while idle: ${[...new Set(timers)].join(', ') || 'none'} ms`);
      const tooFast = timers.filter((ms) => ms < slowEnoughMs);
      if (tooFast.length > 0) throw new Error(`Timers at work while idle: ${tooFast.join(', ')} ms.`);
      return [{ name: 'idle-cpu', unit: '%', samples, aims: [{ below: 0.1 }] }];
    } finally {
      await scratch.dispose();
    }
  },
};
