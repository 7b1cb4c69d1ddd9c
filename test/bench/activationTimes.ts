import type { Page } from 'playwright-core';
import manifest from '../../package.json';
import { eventually } from '../support/eventually';
import { runCommandByTitle } from '../support/workbenchQuickInput';

/** What VS Code recorded of our last activation, in whole milliseconds. */
export interface ActivationTimes {
  /** Reading and evaluating the bundle. */
  readonly loadMs: number;
  /** The call of `activate()`, until it returned. */
  readonly callMs: number;
}

/**
 * Reads it from the report of "Developer: Startup Performance", and closes that again: restored after a
 * reload, it would start the Markdown extensions at the same time as ours.
 */
export async function readActivationTimes(page: Page): Promise<ActivationTimes> {
  await runCommandByTitle(page, 'Developer: Startup Performance');
  const times = await eventually(
    async () => activationTimesIn(await copyEditor(page)),
    () => undefined,
  );
  await runCommandByTitle(page, 'View: Close All Editors');
  return times;
}

/** The editor draws only the lines that are on the screen: the clipboard has all of them. */
async function copyEditor(page: Page): Promise<string> {
  // Below its first lines, which sticky scroll lies over.
  await page
    .locator('.editor-group-container.active .monaco-editor')
    .first()
    .click({ position: { x: 300, y: 300 } });
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+C');
  return String(await page.evaluate('navigator.clipboard.readText()'));
}

/** @throws Error as long as the report has no row of ours: the extension is not activated yet. */
function activationTimesIn(report: string): ActivationTimes {
  const rows = report.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const titles = rows.find((row) => row.includes('Call Activate')) ?? [];
  const values = rows.find((row) => row[1] === `${manifest.publisher}.${manifest.name}`) ?? [];
  const number = (title: string): number => {
    const value = Number.parseInt(values[titles.indexOf(title)] ?? '', 10);
    if (Number.isNaN(value)) throw new Error(`The report of the start-up has no "${title}" of ours.`);
    return value;
  };
  return { loadMs: number('Load Code'), callMs: number('Call Activate') };
}
