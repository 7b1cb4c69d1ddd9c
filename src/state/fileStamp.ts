import { stat } from 'node:fs/promises';

/**
 * A text that differs when the file was replaced or written in between; undefined when it is not there or
 * cannot be looked at. Cheap: one look at the folder, the file is not opened.
 */
export async function fileStamp(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return undefined; // whoever reads the file says why
  }
}
