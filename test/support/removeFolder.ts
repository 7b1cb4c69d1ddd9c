import { rm } from 'node:fs/promises';

/** What is also good for `rmSync`: a process that has just been ended may still be writing its last file. */
export const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;

/** Deletes a folder with all that is in it, if there is one. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, removal);
}
