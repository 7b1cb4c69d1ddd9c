import type { Benchmark } from './benchmark';
import { fileSize } from './fileSize';
import { buildBundle } from './packagedBuild';

/** The size of the minified bundle: what an extension host reads and parses. */
export const bundle: Benchmark = {
  name: 'bundle',
  async run() {
    return [{ name: 'bundle', unit: 'kB', samples: [await fileSize(await buildBundle())] }];
  },
};
