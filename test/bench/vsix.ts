import type { Benchmark } from './benchmark';
import { fileSize } from './fileSize';

/** The size of the package that a person downloads. */
export const vsix: Benchmark = {
  name: 'vsix',
  async run({ packaged }) {
    const file = await packaged();
    return [{ name: 'vsix', unit: 'kB', samples: [await fileSize(file)], aims: [{ below: 500 }] }];
  },
};
