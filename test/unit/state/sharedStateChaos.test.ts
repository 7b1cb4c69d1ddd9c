import assert from 'node:assert/strict';
import { join } from 'node:path';
import { asText, entry, indexOf, running, SharedStateHome, threadId, until } from './sharedStateHome';

const keys = ['a-0123456789abcdef', 'b-0123456789abcdef'];
const folders = ['.', ...keys.map((key) => `workspaces/${key}`)];

/** The same numbers for the same seed, from 0 up to below `limit`. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
}

describe('the model, while another process does anything at all,', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`ends up true by events alone (seed ${seed})`, async () => {
      const home = await SharedStateHome.create();
      try {
        const state = await home.start({ sweepMs: 60_000 });
        const pick = numbers(seed);
        for (let step = 0; step < 60; step++) {
          const folder = join(home.root.path, folders[pick(folders.length)] ?? '.');
          await randomStep(home, folder, pick);
          if (pick(4) > 0) continue; // bursts and pauses
          await new Promise((resolve) => setTimeout(resolve, pick(30)));
        }
        const truth = asText(await home.start({ sweepMs: 60_000 }));
        await until('the truth', () => asText(state).join('\n') === truth.join('\n'), 3000);
      } finally {
        await home.dispose();
      }
      assert.deepEqual(home.warnings, []);
    });
  }
});

async function randomStep(
  home: SharedStateHome,
  folder: string,
  pick: (limit: number) => number,
): Promise<void> {
  const entries = [1, 2, 3].flatMap((n) => [[], [entry(n)], [running(n)]][pick(3)] ?? []);
  const signal = join(folder, 'kill-signals', threadId(1 + pick(3)));
  const index = join(folder, 'threads.json');
  switch (pick(8)) {
    case 0:
      return void (await home.outside('remove', { path: folder }));
    case 1:
      return void (await home.outside('remove', { path: join(folder, 'kill-signals') }));
    case 2:
    case 3:
      return void (await home.outside('write', { path: signal, text: String(pick(99)) }));
    case 4:
      return void (await home.outside('remove', { path: signal }));
    default:
      await home.outside('makeFolders', { paths: [folder] });
      await home.outside('replace', { path: index, text: indexOf(...entries) });
  }
}
