import { join } from 'node:path';
import { runNpm } from '../support/installRun';
import { packagedExtension, projectRoot } from '../support/paths';

/** Makes the production build as it is shipped and returns the path of the bundle. */
export async function buildBundle(): Promise<string> {
  await runNpm(['run', 'build', '--prefix', projectRoot]);
  return join(projectRoot, 'dist', 'extension.js');
}

/** Does what a release does, the production build included, and returns the path of the package. */
export async function packageExtension(): Promise<string> {
  await runNpm(['run', 'package', '--prefix', projectRoot]);
  return packagedExtension;
}
