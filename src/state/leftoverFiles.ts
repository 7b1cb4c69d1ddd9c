import { rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRecord } from '../base/record';
import { errorCode, errorText, UserError } from '../base/userError';
import { fileError, isMissing } from './fileErrors';
import { inBatches } from './inBatches';
import { isSafeId } from './ids';
import type { IndexSnapshot } from './indexSnapshot';
import { judgeOwner, readPidFile } from './pidFiles';
import { readPlainFile } from './plainFile';
import { readRunRecord } from './runRecords';
import { namesInFolder, seeFile, seeFolder, type SeenFile } from './seenFile';
import type { StateFolder } from './stateFolder';

type Kind = 'log' | 'detachedLog' | 'pid' | 'killSignal' | 'request' | 'decision' | 'temporary';

/** What the name of a file says. */
interface Part {
  readonly kind: Kind;
  /** A short id, thread id, run id or approval id; empty for a temporary file. */
  readonly id: string;
}

interface Candidate extends Part {
  readonly folder: StateFolder;
  readonly path: string;
}

const temporary: Part = { kind: 'temporary', id: '' };

/** A file that nobody needs any more. */
export interface LeftoverFile extends Candidate, SeenFile {}

/** What files are judged by. */
export interface LeftoverRules {
  readonly indexes: IndexSnapshot;
  /** Logs are in use when they were written after that; epoch ms. */
  readonly logsSince: number;
  /** All others. */
  readonly othersSince: number;
}

/** `<file>.<pid>-<8 hex>.tmp` of an atomic write, and what breaking a stale lock leaves. */
const TEMPORARY = /\.\d+-[0-9a-f]{8}\.tmp$/;
const TOMBSTONE = /^(threads|migration-state)\.json\.lock\.stale-\d+-[0-9a-f]{6}$/;

/** The files of a folder that nobody needs any more. `onProblem` hears of what cannot be judged. */
export async function findLeftovers(
  folder: StateFolder,
  rules: LeftoverRules,
  onProblem: (problem: string) => void,
): Promise<LeftoverFile[]> {
  const found: LeftoverFile[] = [];
  await inBatches(await candidatesIn(folder, rules, onProblem), async (candidate) => {
    try {
      const seen = await judge(candidate, rules);
      if (seen !== undefined) found.push({ ...candidate, ...seen });
    } catch (error) {
      onProblem(errorText(error));
    }
  });
  return found;
}

/** Looks again, and removes the file if it still is needed by nobody: true when it did. Throws a `UserError`. */
export async function removeLeftover(file: LeftoverFile, rules: LeftoverRules): Promise<boolean> {
  if ((await judge(file, rules)) === undefined) return false;
  try {
    await unlink(file.path);
  } catch (error) {
    if (isMissing(error)) return false;
    throw fileError(error, 'write', file.path);
  }
  if (file.kind === 'log' && dirname(file.path) !== file.folder.logsDir)
    await removeEmptied(dirname(file.path));
  return true;
}

async function candidatesIn(
  folder: StateFolder,
  { indexes }: LeftoverRules,
  onProblem: (problem: string) => void,
): Promise<Candidate[]> {
  const { path, pidsDir, killSignalsDir, approvalsDir, runsDir, logsDir } = folder;
  const candidates: Candidate[] = [];
  const look = async (dir: string, partOf: (name: string) => Part | undefined): Promise<string[]> => {
    const names = await namesInFolder(dir).catch((error: unknown) => {
      onProblem(errorText(error));
      return [];
    });
    for (const name of names) {
      const part = TEMPORARY.test(name) ? temporary : partOf(name);
      if (part !== undefined) candidates.push({ folder, ...part, path: join(dir, name) });
    }
    return names;
  };
  await look(path, (name) => (TOMBSTONE.test(name) ? temporary : undefined));
  await look(pidsDir, (name) => partWith('pid', name));
  await look(killSignalsDir, (name) => partWith('killSignal', name));
  await look(approvalsDir, approvalOf);
  if (runsDir !== undefined) await look(runsDir, () => undefined);
  const names = await look(logsDir, logOf);
  if (folder.layout === 'global') return candidates;
  const unknown = names.filter((name) => isSafeId(name) && indexes.isUnknown(folder, name));
  for (const shortId of unknown) await look(join(logsDir, shortId), () => partWith('log', shortId));
  return candidates;
}

function partWith(kind: Kind, id: string): Part | undefined {
  return isSafeId(id) ? { kind, id } : undefined;
}

function approvalOf(name: string): Part | undefined {
  if (name.endsWith('.json')) return partWith('request', basename(name, '.json'));
  return name.endsWith('.decision') ? partWith('decision', basename(name, '.decision')) : undefined;
}

function logOf(name: string): Part | undefined {
  if (!name.endsWith('.log')) return undefined;
  const [, runId] = /^detached-(.*)\.log$/.exec(name) ?? [];
  return runId === undefined ? partWith('log', basename(name, '.log')) : partWith('detachedLog', runId);
}

/** The file as it is seen when nobody needs it any more, else undefined. */
async function judge(candidate: Candidate, rules: LeftoverRules): Promise<SeenFile | undefined> {
  const { kind, path } = candidate;
  if (!(await seeFolder(dirname(path)))) return undefined;
  const seen = await seeFile(path);
  const since = kind === 'log' || kind === 'detachedLog' ? rules.logsSince : rules.othersSince;
  if (seen === undefined || seen.mtimeMs >= since) return undefined;
  return (await isNeeded(candidate, rules)) ? undefined : seen;
}

async function isNeeded({ folder, kind, id, path }: Candidate, rules: LeftoverRules): Promise<boolean> {
  const { indexes } = rules;
  switch (kind) {
    case 'log':
      return !indexes.isUnknown(folder, id);
    case 'detachedLog':
      return folder.runsDir === undefined || (await readRunRecord(folder, id)).kind !== 'missing';
    case 'pid': {
      // Without the file a running thread counts as alive for ever: whoever repairs it removes the file.
      if (indexes.entries(folder).get(id)?.lastStatus === 'running') return true;
      return (await judgeOwner(await readPidFile(folder, id))).kind === 'alive';
    }
    case 'killSignal':
      return indexes.isRunning(id);
    case 'request':
      return indexes.isRunning(await threadOf(path));
    case 'decision': {
      const request = folder.approvalRequestFile(id);
      if ((await seeFile(request)) === undefined) return false;
      return (await judge({ folder, kind: 'request', id, path: request }, rules)) === undefined;
    }
    case 'temporary':
      return false;
  }
}

/** The thread whose run asks. Throws a `UserError` for a request that does not tell. */
async function threadOf(request: string): Promise<string> {
  let value: unknown;
  try {
    value = JSON.parse(await readPlainFile(request));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${request} is damaged. It was left alone.`);
    throw fileError(error, 'read', request);
  }
  const threadId = isRecord(value) ? value.threadId : undefined;
  if (isSafeId(threadId)) return threadId;
  throw new UserError(`${request} names no thread. It was left alone.`);
}

/** The folder of a removed log, when that was its last one. */
async function removeEmptied(dir: string): Promise<void> {
  try {
    await rmdir(dir);
  } catch (error) {
    if (!isMissing(error) && !['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) {
      throw fileError(error, 'write', dir);
    }
  }
}
