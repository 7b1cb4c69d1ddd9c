import { unlink } from 'node:fs/promises';
import { fileError, isMissing } from './fileErrors';

/** True when it was there. @throws UserError for what the disk refuses. */
export async function removeFile(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw fileError(error, 'write', file);
  }
}
