import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Benchmark } from './benchmark';
import { fileSize } from './fileSize';
import { buildBundle } from './packagedBuild';

/** The size of what an extension host reads and parses to activate: the minified bundle, with all that it imports. */
export const bundle: Benchmark = {
  name: 'bundle',
  async run() {
    const sizes = await Promise.all([...(await importedBy(await buildBundle()))].map(fileSize));
    return [{ name: 'bundle', unit: 'kB', samples: [sizes.reduce((sum, size) => sum + size, 0)] }];
  },
};

/** A module and all that it needs before it runs; what it imports later is not among them. */
async function importedBy(module: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(module)) return found;
  found.add(module);
  const code = await readFile(module, 'utf8');
  for (const [, path = ''] of code.matchAll(/(?:from|import)"(\.[^"]+)"/g))
    await importedBy(join(dirname(module), path), found);
  return found;
}
