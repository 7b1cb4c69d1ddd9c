import { access, constants, lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errorCode } from '../../base/userError';

/**
 * What forbids to write a file that an edit names; undefined when nothing does. The path comes from a model:
 * with symbolic links resolved it has to be below one of `roots`, and not in what belongs to git.
 */
export async function placeProblem(
  path: string,
  roots: readonly string[],
): Promise<'outside' | 'gitFolder' | 'readOnly' | undefined> {
  if (!isAbsolute(path) || path.includes('\0')) return 'outside';
  const real = await realPlace(resolve(path));
  const realRoots = await Promise.all(roots.filter((root) => isAbsolute(root)).map(realPlace));
  if (real === undefined || !realRoots.some((root) => root !== undefined && isBelow(real, root)))
    return 'outside';
  if (real.split(sep).some((part) => part.toLowerCase() === '.git')) return 'gitFolder';
  return (await isWritable(real)) ? undefined : 'readOnly';
}

/** The path without symbolic links, of a file that need not exist; undefined where a link leads nowhere. */
async function realPlace(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) return undefined;
    if (await isLink(path)) return undefined;
    const real = await realPlace(parent);
    return real === undefined ? undefined : join(real, basename(path));
  }
}

/** True for a link whose target is missing: writing it would make a file wherever it leads. */
async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The file itself, or the nearest folder that there is when it has to be made. */
async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    const parent = dirname(path);
    return errorCode(error) === 'ENOENT' && parent !== path && (await isWritable(parent));
  }
}
