import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout. */
export const projectRoot = resolve(import.meta.dirname, '..', '..');

/** Everything that tests and builds write inside the checkout, ignored by git. */
export const outFolder = join(projectRoot, 'out');

/** What `npm run package` writes. */
export const packagedExtension = join(outFolder, 'codex-collab.vsix');

/**
 * Where downloaded editors are kept between runs and between clones: `CODEX_COLLAB_TEST_CACHE`, else the
 * platform's cache folder of the user.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.CODEX_COLLAB_TEST_CACHE;
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const home = environment.HOME ?? homedir();
  const xdg = environment.XDG_CACHE_HOME;
  const caches = process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  return join(xdg !== undefined && xdg !== '' ? xdg : caches, 'codex-collab-vscode');
}
