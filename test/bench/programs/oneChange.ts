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
  const text = await readFile(index, 'utf8');
  const at = text.indexOf('"preview": "', (text.length / Number(rounds)) * round * 0.9);
  const from = (at === -1 ? text.indexOf('"preview": "') : at) + '"preview": "'.length;
  const changed = `${text.slice(0, from)}Changed in round ${round}${text.slice(text.indexOf('"', from))}`;
  await writeFile(`${index}.tmp`, changed);
  await rename(`${index}.tmp`, index);
  globalThis.gc?.(); // what was done here is not to be paid for by what is measured
  const fired = new Promise<readonly ThreadChange[]>((resolve) => {
    const subscription = model.threads.onDidChange((changes) => {
      subscription.dispose();
      resolve(changes);
    });
  });
  const start = performance.now();
  tellIndexChanged();
  const changes = await fired;
  const ms = performance.now() - start;
  const [change] = changes;
  if (changes.length !== 1 || change?.after?.title !== `Changed in round ${round}`) {
    throw new Error(`${changes.length} rows changed`);
  }
  return ms;
}
