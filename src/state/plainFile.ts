import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * For opening what should be a file. Without the second flag the open of a pipe waits for its other end,
 * perhaps for ever, and with it one of the few threads that do all file work. (Windows knows no such flag.)
 */
export const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** Reads the text of a regular file. Rejects for anything else: a pipe may never answer, a device never end. */
export async function readPlainFile(path: string): Promise<string> {
  return (await readPlainBytes(path)).toString('utf8');
}

/** Reads a regular file as {@link readPlainFile} does. */
export async function readPlainBytes(path: string): Promise<Buffer> {
  const handle = await open(path, READ_AT_ONCE);
  try {
    requirePlainFile(await handle.stat(), path);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Reads a regular file of at most `maxBytes`, with its date; not through a link, which may lead anywhere. */
export async function readSmallFile(
  path: string,
  maxBytes: number,
): Promise<{ readonly text: string; readonly mtimeMs: number }> {
  const handle = await open(path, READ_AT_ONCE | constants.O_NOFOLLOW);
  try {
    const stats = await handle.stat();
    requirePlainFile(stats, path);
    if (stats.size > maxBytes) {
      throw Object.assign(new Error(`EFBIG: ${path} has more than ${maxBytes} bytes`), { code: 'EFBIG' });
    }
    return { text: await handle.readFile('utf8'), mtimeMs: stats.mtimeMs };
  } finally {
    await handle.close();
  }
}

/** Reads a regular file as {@link readPlainFile} does, without waiting. */
export function readPlainFileSync(path: string): string {
  const descriptor = openSync(path, READ_AT_ONCE);
  try {
    requirePlainFile(fstatSync(descriptor), path);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Throws an error with the `code` that the system has for what stands in the file's place. */
export function requirePlainFile(stats: Stats, path: string): void {
  if (stats.isFile()) return;
  const [code, what] = stats.isDirectory() ? ['EISDIR', 'a folder'] : ['ENXIO', 'a pipe or a device'];
  throw Object.assign(new Error(`${code}: ${path} is ${what}, not a file`), { code });
}
