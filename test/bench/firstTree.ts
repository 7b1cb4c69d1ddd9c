import { askProgram } from './askProgram';
import type { Benchmark } from './benchmark';
import type { Measurement } from './measure';
import { contentFor, indexSizes, ScratchState } from './scratchState';

const starts = 10;

interface Times {
  readonly firstMs: number;
  readonly allMs: number;
}

/**
 * From building the model, which `activate()` does, until the tree can ask for its first groups and rows, and
 * `/size/all` until it has all of them.
 */
export const firstTree: Benchmark = {
  name: 'first-tree',
  async run() {
    const measurements: Measurement[] = [];
    for (const size of indexSizes) measurements.push(...(await measure(size)));
    return measurements;
  },
};

async function measure(size: number): Promise<Measurement[]> {
  const [first, all]: [number[], number[]] = [[], []];
  const scratch = await ScratchState.create(contentFor(size));
  try {
    for (let i = 0; i < starts; i++) {
      const times = (await askProgram('firstTree', scratch.root.path, String(size))) as Times;
      first.push(times.firstMs);
      all.push(times.allMs);
    }
  } finally {
    await scratch.dispose();
  }
  const aims = size === 10_000 ? [{ below: 150 }] : [];
  return [
    { name: `first-tree/${size}`, unit: 'ms', samples: first, aims },
    { name: `first-tree/${size}/all`, unit: 'ms', samples: all },
  ];
}
