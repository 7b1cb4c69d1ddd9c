import { createScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import { eventually } from '../support/eventually';
import type { Benchmark } from './benchmark';
import { PacedModel } from './pacedModel';
import { watchWebviewFrames } from './webviewFrames';

const deltas = 2_000;
const perSecond = 200;

/** Notes when each word was drawn first, those before it included. */
const look = `(at) => {
  const drawn = (window.drawnWords ??= []);
  const text = document.querySelector('.turn:last-child .item:last-child .markdown')?.lastElementChild?.textContent;
  const last = Number(/w(\\d+)\\.?\\s*$/.exec(text ?? '')?.[1] ?? -1);
  while (drawn.length <= last) drawn.push(at);
}`;

/**
 * At 200 deltas a second in the real window: from when the model sends one, through codex, the extension host and
 * the way to the webview, until it is on the screen.
 */
export const deltaToPaint: Benchmark = {
  name: 'delta-to-paint',
  async run({ packaged }) {
    const vsix = await packaged();
    const model = await PacedModel.start();
    const home = await createScratchHome({ modelBaseUrl: model.baseUrl });
    try {
      const workspace = await home.workspace('sample');
      const workbench = await Workbench.start({ home, workspace, vsix });
      try {
        const samples = await stream(workbench, model);
        return [{ name: 'delta-to-paint', unit: 'ms', samples, aims: [{ below: 100, of: 'p95' }] }];
      } finally {
        await workbench.end();
      }
    } finally {
      await model.stop();
      await home.dispose();
    }
  },
};

async function stream(workbench: Workbench, model: PacedModel): Promise<number[]> {
  const words = Array.from({ length: deltas }, (_, n) => (n % 40 === 39 ? `w${n}.\n\n` : `w${n} `));
  await watchWebviewFrames(workbench.page, look);
  await workbench.openView('Codex');
  await workbench.runCommand('Codex: Run Task');
  await workbench.answer('Count');
  await workbench.tree().row('Count').waitFor();
  await workbench.tree().click('Count');
  await workbench.webview().locator('.turn').waitFor();
  const sent = await model.answer(words, perSecond);
  const drawn = await eventually(
    () => workbench.webview().locator('body').evaluate<number[], undefined>('window.drawnWords'),
    ({ length }) => {
      if (length < deltas) throw new Error(`Only ${length} of ${deltas} words were drawn.`);
    },
  );
  return sent.map((at, n) => (drawn[n] ?? Number.NaN) - at);
}
