// What the model costs while nothing happens: per cent of one processor, and the timers that were started (ms).
import { createHook } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ThreadModel } from '../threadModel';

const [root = '', windows = '', windowMs = '', settleMs = ''] = process.argv.slice(2);
const model = new ThreadModel(root);
await model.state.start();
await delay(Number(settleMs));
const samples: number[] = [];
for (let i = 0; i < Number(windows); i++) samples.push(await cpuPercent(Number(windowMs)));
// After the measurement: a hook costs time itself.
const timers = await timersStarted(12_000);
await model.dispose();
process.send?.({ samples, timers });

async function cpuPercent(ms: number): Promise<number> {
  const [before, from] = [process.cpuUsage(), performance.now()];
  await delay(ms);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1000 / (performance.now() - from)) * 100;
}

async function timersStarted(ms: number): Promise<number[]> {
  const found: number[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource: { _idleTimeout?: number }) {
      if (type === 'Timeout') found.push(resource._idleTimeout ?? 0);
    },
  });
  const end = delay(ms);
  hook.enable();
  await end;
  hook.disable();
  return found;
}
