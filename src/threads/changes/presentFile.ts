import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { errorCode } from '../../base/userError';

/** In bytes. What is larger is neither compared nor written. */
export const MAX_FILE_SIZE = 5 * 1024 * 1024;

/** A file as it is now. */
export type PresentFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly reason: 'tooBig' | 'binary' | 'unreadable' };

/** Reads a file as text, byte order mark included. Never throws, and never waits for a pipe or a device. */
export async function readPresentFile(path: string): Promise<PresentFile> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return { kind: 'unusable', reason: 'unreadable' };
    if (stats.size > MAX_FILE_SIZE) return { kind: 'unusable', reason: 'tooBig' };
    const bytes = await readFile(path);
    if (bytes.includes(0) || !isUtf8(bytes)) return { kind: 'unusable', reason: 'binary' };
    return { kind: 'text', text: bytes.toString('utf8') };
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    return isAbsent ? { kind: 'absent' } : { kind: 'unusable', reason: 'unreadable' };
  }
}
