// The times (ms) from a file event to the change in the tree's model, when one entry of the index has changed.
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { OpenDirectoryWatch } from '../../../src/state/directoryWatch';
import type { ThreadChange } from '../../../src/threads/threadStore';
import { ThreadModel } from '../threadModel';

const [root = '', rounds = ''] = process.argv.slice(2);
let tellIndexChanged: () => void = () => undefined;
// The event comes from here, so that the system's way of telling it is not measured with it.
const openWatch: OpenDirectoryWatch = (options) => {
  if (options.path === root) tellIndexChanged = () => options.onEvent('threads.json', true);
  return Promise.resolve({ close: () => Promise.resolve() });
};
const model = new ThreadModel(root, { openWatch, sweepMs: 600_000 });
await model.state.start();
const index = `${root}/threads.json`;
await new Promise((resolve) => setTimeout(resolve, 500));
const samples: number[] = [];
for (let round = 0; round < Number(rounds); round++) samples.push(await oneChange(round));
await model.dispose();
process.send?.(samples);

async function oneChange(round: number): Promise<number> {
  const entries = JSON.parse(await readFile(index, 'utf8')) as Record<string, object>;
  const keys = Object.keys(entries);
  const key = keys[(round * 7919) % keys.length] ?? '';
  entries[key] = { ...entries[key], preview: `Changed in round ${round}` };
  await writeFile(`${index}.tmp`, JSON.stringify(entries, null, 2));
  await rename(`${index}.tmp`, index);
  const fired = new Promise<readonly ThreadChange[]>((resolve) => {
    const subscription = model.threads.onDidChange((changes) => {
      subscription.dispose();
      resolve(changes);
    });
  });
  const from = performance.now();
  tellIndexChanged();
  const changes = await fired;
  const ms = performance.now() - from;
  const [change] = changes;
  if (changes.length !== 1 || change?.after?.title !== `Changed in round ${round}`) {
    throw new Error(`${changes.length} rows changed`);
  }
  return ms;
}
