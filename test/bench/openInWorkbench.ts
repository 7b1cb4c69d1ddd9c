import { setTimeout as delay } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { StateRoot } from '../../src/state/stateRoot';
import { eventually } from '../support/eventually';
import { ModelStub } from '../support/modelStub/modelStub';
import { createScratchHome } from '../support/scratchHome';
import type { ScratchHome } from '../support/scratchHome';
import { Workbench } from '../support/workbench';
import { itemsOfTurn, lastAnswer, writeLongThreads } from './longThreads';
import { shortIdOf } from './scratchState';
import { watchWebviewFrames } from './webviewFrames';

const windows = 5;
const threads = 6;

/** Items that fill the screen. */
const onScreen = 15;

/** Notes when the newest turn was first drawn with its answer and all its steps, of which the prompt is none. */
const look = `(at) => {
  const turn = document.querySelector('.turn:last-child');
  if (window.shownAt !== undefined || !turn?.textContent.includes('Step ${lastAnswer}')) return;
  const items = [...turn.querySelectorAll('.item')];
  const isWhole = items.length === ${itemsOfTurn - 1} && items.slice(-${onScreen}).every((item) => item.firstChild);
  if (isWhole) window.shownAt = at;
}`;

const watchClicks = `addEventListener('pointerdown', () => {
  window.clickedAt = performance.timeOrigin + performance.now();
}, true)`;

/** From clicks on rows until the long threads are shown (ms): the first of each window, and the others. */
export async function openInWorkbench(
  vsix: string,
  note: (line: string) => void,
): Promise<{ warm: number[]; cold: number[] }> {
  const stub = await ModelStub.start();
  const home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
  try {
    const folder = await home.workspace('sample');
    await enter(home, folder, await writeLongThreads(home, folder, threads));
    const workbench = await Workbench.start({ home, workspace: folder, vsix });
    try {
      return await openAll(workbench, note);
    } finally {
      await workbench.end();
    }
  } finally {
    await stub.stop();
    await home.dispose();
  }
}

async function enter(home: ScratchHome, cwd: string, ids: readonly string[]): Promise<void> {
  const { global } = new StateRoot(home.stateRoot);
  await global.ensure();
  const now = new Date().toISOString();
  const rest = { createdAt: now, updatedAt: now, cwd, model: 'offline', lastStatus: 'completed' };
  const entries = ids.map((threadId, n) => [shortIdOf(n), { threadId, preview: titleOf(n), ...rest }]);
  await writeFile(global.indexFile, JSON.stringify(Object.fromEntries(entries)), { mode: 0o600 });
}

async function openAll(
  workbench: Workbench,
  note: (line: string) => void,
): Promise<{ warm: number[]; cold: number[] }> {
  const [warm, cold]: [number[], number[]] = [[], []];
  await watchWebviewFrames(workbench.page, look);
  // The first one of a browser takes VS Code long, as it installs its service worker for webviews.
  await prepareWindow(workbench);
  await open(workbench, 0);
  for (let window = 0; window < windows; window++) {
    await prepareWindow(workbench);
    for (let n = 0; n < threads; n++) (n === 0 ? cold : warm).push(await open(workbench, n));
    note(`${window + 1} of ${windows} windows`);
  }
  return { warm, cold };
}

/** A window without editors that has come to rest. */
async function prepareWindow(workbench: Workbench): Promise<void> {
  await workbench.openView('Codex');
  if ((await workbench.editorTitles()).length > 0) await workbench.runCommand('View: Close All Editors');
  await workbench.reload();
  await workbench.openView('Codex');
  await workbench.tree().row('Completed').waitFor();
  await workbench.tree().expand('Completed');
  await workbench.page.evaluate(watchClicks);
  await delay(3_000); // a new window goes on with its own start behind what is seen of it
}

async function open(workbench: Workbench, n: number): Promise<number> {
  await workbench.tree().click(titleOf(n));
  await delay(2_000); // who looks into the page meanwhile takes time from it
  const clickedAt = Number(await workbench.page.evaluate('window.clickedAt'));
  const shownAt = await eventually(
    async () => Number(await workbench.webview().locator('body').evaluate('window.shownAt')),
    (at) => {
      // The page of the one that was clicked before is there a little longer.
      if (!(at > clickedAt)) throw new Error(`${titleOf(n)} is not shown.`);
    },
  );
  return shownAt - clickedAt;
}

function titleOf(n: number): string {
  return `Long thread ${n}`;
}
