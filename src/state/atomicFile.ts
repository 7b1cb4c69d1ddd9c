import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../base/userError';
import { fileError } from './fileErrors';

export interface AtomicWriteOptions {
  /** A fixed name for the temporary file, for callers that hold a lock; else it has a name of its own. */
  readonly temp?: string;
  /** Asked when all but the rename is done. False drops the write. */
  readonly mayReplace?: () => Promise<boolean>;
}

/**
 * A name beside `file` that no reader mistakes for data: neither `.json` nor `.decision` at its end.
 */
export function tempNameFor(file: string): string {
  return `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

/**
 * Replaces `file` (mode 0600) so that a reader sees the old text or the new one, never half of it. False when
 * `mayReplace` said no. Leaves no temporary file of its own name
 * behind. Throws a `UserError` for what the disk refuses.
 */
export async function writeAtomically(
  file: string,
  text: string,
  options: AtomicWriteOptions = {},
): Promise<boolean> {
  const temp = options.temp ?? tempNameFor(file);
  try {
    await writePrivately(temp, text);
    if (options.mayReplace !== undefined && !(await options.mayReplace())) {
      // A fixed name may by now be in the hands of whoever broke our lock.
      if (options.temp === undefined) await rm(temp, { force: true });
      return false;
    }
    await replace(temp, file);
    return true;
  } catch (error) {
    // A folder in the temporary file's place stays: it is not ours.
    await rm(temp, { force: true }).catch(() => undefined);
    throw fileError(error, 'write', file);
  }
}

/**
 * Makes `file` (mode 0600) in one step, with its whole text; false when something of that name is there
 * already. Throws a `UserError` for what the disk refuses.
 */
export async function createAtomically(file: string, text: string): Promise<boolean> {
  const temp = tempNameFor(file);
  try {
    await writePrivately(temp, text);
    await link(temp, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!WITHOUT_LINKS.includes(errorCode(error) ?? '')) throw fileError(error, 'write', file);
    return await renameIfNew(temp, file);
  } finally {
    await rm(temp, { force: true }).catch(() => undefined);
  }
}

/** What disks answer that know no hard links. */
const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Not safe against somebody who does the same in that very moment. */
async function renameIfNew(temp: string, file: string): Promise<boolean> {
  const isTaken = await lstat(file).then(
    () => true,
    () => false,
  );
  if (isTaken) return false;
  await replace(temp, file).catch((error: unknown) => {
    throw fileError(error, 'write', file);
  });
  return true;
}

async function writePrivately(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text, 'utf8');
  } finally {
    await handle.close();
  }
}

/** Windows refuses to replace a file for the moment in which somebody reads it. */
async function replace(temp: string, file: string): Promise<void> {
  for (let triesLeft = process.platform === 'win32' ? 10 : 0; ; triesLeft--) {
    try {
      await rename(temp, file);
      return;
    } catch (error) {
      if (triesLeft === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '')) throw error;
      await sleep(20);
    }
  }
}
