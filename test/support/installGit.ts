import { installDebianPackages } from './installApt';
import { run } from './installRun';

/** Makes sure that git is there: sample folders are repositories. */
export async function installGit(): Promise<void> {
  const isThere = await run('git', ['--version']).then(
    () => true,
    () => false,
  );
  if (!isThere) await installDebianPackages('git', ['git'], 'git was not found. Install it and try again.');
}
