import { stat } from 'node:fs/promises';

/** In kB, as package registries count them: 1000 bytes. */
export async function fileSize(path: string): Promise<number> {
  return (await stat(path)).size / 1000;
}
