import { lstat, readdir } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { fileError, isMissing } from './fileErrors';

/** A regular file as it was seen. */
export interface SeenFile {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** Looks at a file. Undefined when it is missing; throws a `UserError` for a link, a folder or a pipe. */
export async function seeFile(path: string): Promise<SeenFile | undefined> {
  const stats = await seeAny(path);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw notA(stats, path);
  return { path, bytes: stats.size, mtimeMs: stats.mtimeMs };
}

/** True when a folder is there. Throws a `UserError` for a link to one, and for what is none. */
export async function seeFolder(path: string): Promise<boolean> {
  const stats = await seeAny(path);
  if (stats !== undefined && !stats.isDirectory()) throw notA(stats, path);
  return stats !== undefined;
}

/** The names in a folder; none when it is missing. Throws as {@link seeFolder} does. */
export async function namesInFolder(path: string): Promise<string[]> {
  if (!(await seeFolder(path))) return [];
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

async function seeAny(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError(error, 'read', path);
  }
}

function notA(stats: Stats, path: string): unknown {
  const code = stats.isSymbolicLink()
    ? 'ELOOP'
    : stats.isDirectory()
      ? 'EISDIR'
      : stats.isFile()
        ? 'ENOTDIR'
        : 'ENXIO';
  return fileError(Object.assign(new Error(code), { code }), 'read', path);
}
