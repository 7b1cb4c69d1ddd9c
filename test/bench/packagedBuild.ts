import { runNpm } from '../support/installRun';
import { packagedExtension, projectRoot } from '../support/paths';

/** Does what a release does, the production build included, and returns the path of the package. */
export async function packageExtension(): Promise<string> {
  await runNpm(['run', 'package', '--prefix', projectRoot]);
  return packagedExtension;
}
