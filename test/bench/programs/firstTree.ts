// The time (ms) from building the model to the first rows, and until everything is read, in a process that has
// run none of that code before.
import { ThreadModel } from '../threadModel';

const [root = '', threads = ''] = process.argv.slice(2);
const from = performance.now();
const model = new ThreadModel(root);
const rows = new Promise<number>((resolve) => {
  const subscription = model.threads.onDidChange(() => {
    subscription.dispose();
    resolve(model.firstRows().length);
  });
});
const started = model.state.start();
const rowCount = await rows;
const firstMs = performance.now() - from;
if (rowCount < Math.min(Number(threads), 50)) throw new Error(`Only ${rowCount} rows`);
await started;
const allMs = performance.now() - from;
await model.dispose();
process.send?.({ firstMs, allMs });
