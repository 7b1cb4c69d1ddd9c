import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { run } from './installRun';
import { installStep } from './installStep';

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

/**
 * The path of a Chromium, Chrome or Edge, or of Playwright's own. Where there is none, Debian's is installed
 * when we may (as root).
 * @throws Error that names the command to run otherwise
 */
export async function installBrowser(): Promise<string> {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(
      'No Chromium, Chrome or Edge was found. Install one: "sudo apt-get install chromium" on Debian, ' +
        '"npx playwright install --with-deps chromium" elsewhere.',
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await installStep('Chromium', async () => {
    await run('apt-get', ['update', '-q'], { env });
    const packages = ['chromium', 'fonts-dejavu-core'];
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  });
  const installed = findBrowser();
  if (installed === undefined) throw new Error('Chromium was installed by apt-get, but is not in /usr/bin.');
  return installed;
}

function findBrowser(): string | undefined {
  return [...knownPlaces, chromium.executablePath()].find((path) => existsSync(path));
}
