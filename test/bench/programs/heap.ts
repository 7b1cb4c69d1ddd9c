// What the model holds in memory once its first rows are drawn, in MB: the heap with it less the heap without.
import { ThreadModel } from '../threadModel';

const [root = ''] = process.argv.slice(2);
const collect = globalThis.gc;
if (collect === undefined) throw new Error('Start it with --expose-gc');
await new ThreadModel(`${root}-missing`).dispose(); // loads what is loaded late
const without = heapUsed(collect);
const model = new ThreadModel(root);
await model.state.start();
model.firstRows();
await new Promise((resolve) => setTimeout(resolve, 1000));
const used = heapUsed(collect) - without;
await model.dispose();
process.send?.(used / 1e6);

function heapUsed(run: () => void): number {
  for (let i = 0; i < 3; i++) run();
  const { heapUsed: onHeap, external, arrayBuffers } = process.memoryUsage();
  return onHeap + external + arrayBuffers;
}
