import { existsSync } from 'node:fs';
import { run } from './installRun';
import { installStep } from './installStep';

/**
 * Installs Debian packages, which takes root.
 * @throws Error with `advice`, a sentence that names the command to run, on other systems and for other users
 */
export async function installDebianPackages(
  title: string,
  packages: readonly string[],
  advice: string,
): Promise<void> {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) throw new Error(advice);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await installStep(title, async () => {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  });
}
