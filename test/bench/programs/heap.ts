// What the model holds in memory once its first rows are drawn, in MB: the heap with it less the heap without.
import { ThreadModel } from '../threadModel';

const [root = ''] = process.argv.slice(2);
await new ThreadModel(`${root}-missing`).dispose(); // loads what is loaded late
const without = heapUsed();
const model = new ThreadModel(root);
await model.state.start();
model.firstRows();
await new Promise((resolve) => setTimeout(resolve, 1000));
const used = heapUsed() - without;
await model.dispose();
process.send?.(used / 1e6);

function heapUsed(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed: onHeap, external } = process.memoryUsage();
  return onHeap + external; // which has the array buffers in it
}
