import { askProgram } from './askProgram';
import type { Benchmark } from './benchmark';
import type { Measurement } from './measure';
import { contentFor, indexSizes, ScratchState } from './scratchState';

const starts = 10;

/** From building the model, which `activate()` does, until the tree can ask for its first groups and rows. */
export const firstTree: Benchmark = {
  name: 'first-tree',
  async run() {
    const measurements: Measurement[] = [];
    for (const size of indexSizes) measurements.push(await measure(size));
    return measurements;
  },
};

async function measure(size: number): Promise<Measurement> {
  const samples: number[] = [];
  const scratch = await ScratchState.create(contentFor(size));
  try {
    for (let i = 0; i < starts; i++) {
      samples.push(Number(await askProgram('firstTree', scratch.root.path, String(size))));
    }
  } finally {
    await scratch.dispose();
  }
  const measurement: Measurement = { name: `first-tree/${size}`, unit: 'ms', samples };
  return size === 10_000 ? { ...measurement, aims: [{ below: 150 }] } : measurement;
}
