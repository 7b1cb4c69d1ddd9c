import { setTimeout as delay } from 'node:timers/promises';
import { createScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import { readActivationTimes } from './activationTimes';
import type { Benchmark } from './benchmark';

const reloads = 7;

/** Until we look: VS Code activates us when it has started, and our look is work for it too. */
const settleMs = 3_000;

/**
 * What the packaged extension costs the start of a window, by VS Code's own record: the call of `activate()`,
 * and `/load`, reading and evaluating the bundle before it.
 */
export const activate: Benchmark = {
  name: 'activate',
  async run({ packaged, note }) {
    const vsix = await packaged();
    const called: number[] = [];
    const loaded: number[] = [];
    await inWorkbench(vsix, async (workbench) => {
      for (let i = 0; i < reloads; i++) {
        await workbench.reload();
        await delay(settleMs);
        const { loadMs, callMs } = await readActivationTimes(workbench.page);
        note(`reload ${i + 1} of ${reloads}: load ${loadMs} ms, call ${callMs} ms`);
        called.push(callMs);
        loaded.push(loadMs);
      }
    });
    return [
      { name: 'activate', unit: 'ms', samples: called, aims: [{ below: 20 }] },
      { name: 'activate/load', unit: 'ms', samples: loaded },
    ];
  },
};

async function inWorkbench(vsix: string, work: (workbench: Workbench) => Promise<void>): Promise<void> {
  const home = await createScratchHome();
  try {
    const workbench = await Workbench.start({ home, workspace: await home.workspace('sample'), vsix });
    try {
      await work(workbench);
    } finally {
      await workbench.end();
    }
  } finally {
    await home.dispose();
  }
}
