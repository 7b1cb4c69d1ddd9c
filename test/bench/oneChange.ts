import { askProgram } from './askProgram';
import type { Benchmark } from './benchmark';
import type { Measurement } from './measure';
import { indexSizes, ScratchState } from './scratchState';

const rounds = 30;

/**
 * One changed entry of the index: read, parsed, compared, reconciled and told to the tree, as one row. Without
 * the system's way of telling, which `disk-to-store` has in it.
 */
export const oneChange: Benchmark = {
  name: 'one-change',
  async run() {
    const measurements: Measurement[] = [];
    for (const size of indexSizes) measurements.push(await measure(size));
    return measurements;
  },
};

async function measure(size: number): Promise<Measurement> {
  const scratch = await ScratchState.create({ threads: size });
  try {
    const samples = await askProgram('oneChange', scratch.root.path, String(rounds));
    const measurement: Measurement = {
      name: `one-change/${size}`,
      unit: 'ms',
      samples: samples as number[],
    };
    return size === 10_000 ? { ...measurement, aims: [{ below: 40 }] } : measurement;
  } finally {
    await scratch.dispose();
  }
}
