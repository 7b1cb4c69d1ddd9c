import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { StateRoot } from '../../src/state/stateRoot';
import { eventually } from '../support/eventually';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import type { Benchmark } from './benchmark';
import { OutsideProgram } from './outsideProgram';
import { fillState, shortIdOf } from './scratchState';

const changes = 40;

/** Of the page's own clock (epoch ms), by the text of the row: when each was first drawn. */
const watchRows = `(() => {
  const rows = new Map();
  const look = () => {
    for (const { textContent } of document.querySelectorAll('.part.sidebar .label-name')) {
      if (!rows.has(textContent)) rows.set(textContent, performance.timeOrigin + performance.now());
    }
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  window.drawnRows = rows;
})()`;

/**
 * From the moment in which another program's change is on disk until the row in the real window has the new
 * text, while a turn runs and its seconds are counted.
 */
export const diskToDom: Benchmark = {
  name: 'disk-to-dom',
  async run({ packaged }) {
    const vsix = await packaged();
    const home = await createScratchHome();
    const outside = new OutsideProgram();
    try {
      const samples = await inWorkbench(home, vsix, outside);
      return [{ name: 'disk-to-dom', unit: 'ms', samples, aims: [{ below: 250, of: 'p95' }] }];
    } finally {
      await outside.end();
      await home.dispose();
    }
  },
};

async function inWorkbench(home: ScratchHome, vsix: string, outside: OutsideProgram): Promise<number[]> {
  const workspace = await home.workspace('sample');
  const { global } = new StateRoot(home.stateRoot);
  await fillState(new StateRoot(home.stateRoot), { threads: 100 });
  const shortId = shortIdOf(50);
  await outside.write(global.pidFile(shortId), String(outside.pid));
  const fields = { cwd: workspace, preview: 'Before', lastStatus: 'running' };
  await outside.patchEntry(global.indexFile, shortId, fields);
  const workbench = await Workbench.start({ home, workspace, vsix });
  try {
    const { page } = workbench;
    await workbench.openView('Codex');
    await workbench.tree().row('Before').waitFor();
    await page.evaluate(watchRows);
    const samples: number[] = [];
    for (let i = 0; i < changes; i++) {
      await delay(500 + ((i * 370) % 1_000)); // at any moment between two seconds of the running row
      const preview = `Changed in round ${i}`;
      const { epochMs } = await outside.patchEntry(global.indexFile, shortId, { preview });
      samples.push((await drawnAt(page, preview)) - epochMs);
    }
    return samples;
  } finally {
    await workbench.end();
  }
}

async function drawnAt(page: Page, label: string): Promise<number> {
  return eventually(
    async () => Number(await page.evaluate(`window.drawnRows.get(${JSON.stringify(label)})`)),
    (at) => {
      if (Number.isNaN(at)) throw new Error(`No row has the text "${label}".`);
    },
  );
}
