import { access, constants, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempNameFor } from './atomicFile';
import { fileError, isMissing } from './fileErrors';

/** Whether the shared folder is there, and its permission bits: not on Windows, which has none. */
export type RootProbe =
  { readonly kind: 'missing' } | { readonly kind: 'usable'; readonly mode: number | undefined };

/**
 * Lists the shared folder and writes a file into it, which is removed again; of one that is not there yet, asks
 * whether it may be made. @throws UserError that says what the disk refuses
 */
export async function probeRoot(path: string): Promise<RootProbe> {
  try {
    await readdir(path);
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, 'read', path);
    await requireWritable(dirname(path));
    return { kind: 'missing' };
  }
  await writeOnce(path);
  const { mode } = await stat(path);
  return { kind: 'usable', mode: process.platform === 'win32' ? undefined : mode & 0o777 };
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileError(error, 'write', folder);
  }
}

/** Permissions alone do not tell of a disk that is full. */
async function writeOnce(folder: string): Promise<void> {
  const file = tempNameFor(join(folder, 'setup-check'));
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile('x');
    } finally {
      await handle.close();
    }
    await rm(file);
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined); // the first error says why
    throw fileError(error, 'write', folder);
  }
}
