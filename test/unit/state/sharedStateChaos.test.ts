import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
          await sleep(pick(30));
        }
        const truth = asText(await home.start({ sweepMs: 60_000 }));
        await until('the truth', () => asText(state).join('\n') === truth.join('\n'), 3000);
      } finally {
        await home.dispose();
      }
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
  const steps = [
    () => home.outside('remove', { path: folder }),
    () => home.outside('remove', { path: join(folder, 'kill-signals') }),
    () => home.outside('remove', { path: signal }),
    () => home.outside('write', { path: signal, text: String(pick(99)) }),
    () => home.outside('write', { path: signal, text: String(pick(99)) }),
    () => home.outside('write', { path: join(folder, 'threads.json'), text: indexOf(...entries) }),
    () => home.outside('write', { path: join(folder, 'threads.json'), text: indexOf(...entries) }),
  ];
  await steps[pick(steps.length)]?.();
}
