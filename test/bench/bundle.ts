import { buildStartupBundle } from '../support/startupBundle';
import type { Benchmark } from './benchmark';

/** The size of what an extension host reads and parses to activate. */
export const bundle: Benchmark = {
  name: 'bundle',
  async run() {
    const { bytes } = await buildStartupBundle();
    return [{ name: 'bundle', unit: 'kB', samples: [bytes / 1000], aims: [{ below: 260 }] }];
  },
};
