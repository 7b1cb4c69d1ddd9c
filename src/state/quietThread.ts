import { join } from 'node:path';
import { optionalString, type UnknownRecord } from '../base/record';
import { judgeOwner, readPidFile } from './pidFiles';
import { namesInFolder, seeFile, type SeenFile } from './seenFile';
import type { StateFolder } from './stateFolder';

/**
 * True when a thread, as it stands in one folder, does not run and has given no sign of life since `time` (epoch
 * ms): neither its entry nor a log. False when nothing tells how old it is. Throws a `UserError` when its files
 * cannot be looked at.
 */
export async function isQuietSince(
  time: number,
  folder: StateFolder,
  shortId: string,
  entry: Readonly<UnknownRecord>,
): Promise<boolean> {
  if (entry.lastStatus === 'running') return false;
  const dates = [entry.createdAt, entry.updatedAt].map((date) => Date.parse(optionalString(date) ?? ''));
  const known = dates.filter((date) => !Number.isNaN(date));
  if (known.length === 0 || known.some((date) => date >= time)) return false;
  // Whatever the entry says: a kill of the command line writes its end over that of a newer run.
  const pid = await readPidFile(folder, shortId);
  if (pid.kind !== 'missing' && (await judgeOwner(pid)).kind === 'alive') return false;
  return (await logFilesOf(folder, shortId)).every(({ mtimeMs }) => mtimeMs < time);
}

/** The log files that one folder holds of a thread. Throws a `UserError` when they cannot be looked at. */
export async function logFilesOf(folder: StateFolder, shortId: string): Promise<SeenFile[]> {
  const [shared, ofRuns] = folder.logPaths(shortId);
  const paths = shared === undefined ? [] : [shared];
  if (ofRuns !== undefined) paths.push(...(await namesInFolder(ofRuns)).map((name) => join(ofRuns, name)));
  const files = await Promise.all(paths.map(seeFile));
  return files.filter((file) => file !== undefined);
}
