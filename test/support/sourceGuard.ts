import { fileURLToPath } from 'node:url';
import { ServerGuard } from '../../src/appServer/serverGuard';
import { silentLog } from '../../src/base/log';

/** A guard as the extension has one, without a build. */
export function sourceGuard(runsFolder: string, rootPath: string): ServerGuard {
  const file = fileURLToPath(new URL('../../src/guard.ts', import.meta.url));
  // The guard does not run in the project's folder.
  const loader = import.meta.resolve('tsx');
  return new ServerGuard([process.execPath, '--import', loader, file, runsFolder, rootPath], silentLog);
}
