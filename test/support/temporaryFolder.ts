import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A process that has just been ended may still be writing its last file. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** Creates a folder below the system's own for such; it is also removed when this process exits early. */
export async function createTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const onExit = (): void => rmSync(path, removal);
  process.on('exit', onExit);
  return {
    path,
    async remove() {
      await rm(path, removal);
      process.off('exit', onExit);
    },
  };
}
