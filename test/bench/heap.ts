import { askProgram } from './askProgram';
import type { Benchmark } from './benchmark';
import type { Measurement } from './measure';
import { indexSizes, ScratchState } from './scratchState';

const starts = 3;

/** The memory that the model of an index takes, in MB. */
export const heap: Benchmark = {
  name: 'heap',
  async run() {
    const measurements: Measurement[] = [];
    for (const size of indexSizes) measurements.push(await measure(size));
    return measurements;
  },
};

async function measure(size: number): Promise<Measurement> {
  const samples: number[] = [];
  const scratch = await ScratchState.create({ threads: size });
  try {
    for (let i = 0; i < starts; i++) {
      samples.push(Number(await askProgram('heap', scratch.root.path)));
    }
  } finally {
    await scratch.dispose();
  }
  const measurement: Measurement = { name: `heap/${size}`, unit: 'MB', samples };
  return size === 10_000 ? { ...measurement, aims: [{ below: 30 }] } : measurement;
}
