import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removal, removeFolder } from './removeFolder';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Creates a folder below the system's own for such; it is also removed when this process exits early. */
export async function createTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const onExit = (): void => rmSync(path, removal);
  process.on('exit', onExit);
  return {
    path,
    async remove() {
      await removeFolder(path);
      process.off('exit', onExit);
    },
  };
}
