import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { installDebianPackages } from './installApt';

const knownPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const advice =
  'No Chromium, Chrome or Edge was found. Install one: "sudo apt-get install chromium" on Debian, ' +
  '"npx playwright-core install --with-deps chromium" elsewhere.';

/**
 * The path of a Chromium, Chrome or Edge, or of Playwright's own. Where there is none, Debian's is installed
 * when we may (as root).
 * @throws Error that names the command to run otherwise
 */
export async function installBrowser(): Promise<string> {
  const found = findBrowser();
  if (found !== undefined) return found;
  await installDebianPackages('Chromium', ['chromium', 'fonts-dejavu-core'], advice);
  const installed = findBrowser();
  if (installed === undefined) throw new Error('apt-get installed chromium, but /usr/bin does not have it.');
  return installed;
}

function findBrowser(): string | undefined {
  return [...knownPlaces, chromium.executablePath()].find((path) => existsSync(path));
}
