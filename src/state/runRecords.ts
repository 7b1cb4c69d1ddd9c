import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { isRecord, optionalString, type UnknownRecord } from '../base/record';
import { errorText } from '../base/userError';
import { writeAtomically } from './atomicFile';
import { fileError, isMissing } from './fileErrors';
import { isSafeId } from './ids';
import { readPlainFile } from './plainFile';
import type { StateFolder } from './stateFolder';
import { corruptFile } from './threadIndex';

/** `runs/<runId>.json` of generation B: one turn of a thread. Only the process that runs it writes it. */
export interface RunRecord {
  readonly runId: string;
  readonly threadId: string;
  readonly shortId: string;
  /** `task` or `review`. */
  readonly kind?: string | undefined;
  /** `starting`, `running`, `finalizing`… Absent in records that were made up for an older thread. */
  readonly phase?: string | undefined;
  /** Usually a `ThreadRunStatus`. */
  readonly status?: string | undefined;
  /** Of the process that runs the turn. Absent in older records. */
  readonly pid?: number | undefined;
  readonly sessionId?: string | undefined;
  /** Relative to the state folder or absolute; unchecked, see {@link recordLogFile}. */
  readonly logFile?: string | undefined;
  /** Where this run begins in a log that several runs share, in bytes. */
  readonly logOffset: number;
  readonly prompt?: string | undefined;
  readonly model?: string | undefined;
  /** ISO-8601. */
  readonly startedAt?: string | undefined;
  /** ISO-8601. */
  readonly completedAt?: string | undefined;
  readonly elapsed?: string | undefined;
  /** The final answer; absent when it is empty and when the run failed. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  /** The id of the approval that the run waits for. */
  readonly pendingApprovalId?: string | undefined;
  /** The whole record, with the fields that we do not know. */
  readonly raw: Readonly<UnknownRecord>;
}

export type RunRecordReading =
  | { readonly kind: 'ok'; readonly record: RunRecord }
  | { readonly kind: 'missing' }
  | { readonly kind: 'corrupt'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** Reads the text of a run record. Never throws. */
export function parseRunRecord(text: string): Extract<RunRecordReading, { kind: 'ok' | 'corrupt' }> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { kind: 'corrupt', reason: errorText(error) };
  }
  if (!isRecord(raw)) return { kind: 'corrupt', reason: 'it is not a JSON object' };
  const { runId, threadId, shortId } = raw;
  if (!isSafeId(runId) || !isSafeId(threadId) || !isSafeId(shortId)) {
    return { kind: 'corrupt', reason: 'an id is missing or cannot be used' };
  }
  return { kind: 'ok', record: { runId, threadId, shortId, ...optionalFields(raw), raw } };
}

/** Reads one run record. Throws only on an unsafe id and in the global layout. */
export async function readRunRecord(folder: StateFolder, runId: string): Promise<RunRecordReading> {
  const file = folder.runRecordFile(runId);
  try {
    return parseRunRecord(await readPlainFile(file));
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    return { kind: 'unreadable', error };
  }
}

/** The ids of all runs in a folder, from the names of the files; none in the global layout. */
export async function listRunIds(folder: StateFolder): Promise<string[]> {
  if (folder.runsDir === undefined) return [];
  try {
    const names = await readdir(folder.runsDir);
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    return ids.filter((id) => isSafeId(id)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError(error, 'read', folder.runsDir);
  }
}

/** All usable records of a folder, oldest first. `unusable` names the ids of the others. */
export async function listRunRecords(
  folder: StateFolder,
): Promise<{ records: RunRecord[]; unusable: string[] }> {
  const records: RunRecord[] = [];
  const unusable: string[] = [];
  for (const runId of await listRunIds(folder)) {
    const reading = await readRunRecord(folder, runId);
    if (reading.kind === 'ok') records.push(reading.record);
    else if (reading.kind !== 'missing') unusable.push(runId);
  }
  const startOf = (record: RunRecord): string => record.startedAt ?? '';
  records.sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));
  return { records, unusable };
}

/** Writes a new record. The fields are those of the file; `runId`, `threadId` and `shortId` are among them. */
export async function createRunRecord(
  folder: StateFolder,
  raw: UnknownRecord & { runId: string },
): Promise<void> {
  await writeAtomically(folder.runRecordFile(raw.runId), JSON.stringify(raw, null, 2));
}

/**
 * Sets these fields of a record of ours and keeps all others. False when the record is gone: somebody deleted
 * the thread, and it is not made again. Throws a `UserError` when the file is damaged or the disk refuses.
 */
export async function patchRunRecord(
  folder: StateFolder,
  runId: string,
  patch: UnknownRecord,
): Promise<boolean> {
  const file = folder.runRecordFile(runId);
  const reading = await readRunRecord(folder, runId);
  switch (reading.kind) {
    case 'missing':
      return false;
    case 'corrupt':
      throw corruptFile(file, reading.reason);
    case 'unreadable':
      throw fileError(reading.error, 'read', file);
    case 'ok': {
      const text = JSON.stringify({ ...reading.record.raw, ...patch }, null, 2);
      return await writeAtomically(file, text, { mayReplace: () => exists(file) });
    }
  }
}

/**
 * The absolute path of a record's log, which need not exist yet. Undefined when the record names none, or
 * one that, with symbolic links resolved, lies outside the folder's logs and the global ones: a record is
 * data, and must not make us show any file of the disk.
 */
export async function recordLogFile(folder: StateFolder, record: RunRecord): Promise<string | undefined> {
  if (record.logFile === undefined || record.logFile === '') return undefined;
  const file = await resolveLinks(resolve(folder.path, record.logFile));
  for (const logs of [folder.logsDir, join(folder.rootPath, 'logs')]) {
    if (file.startsWith((await resolveLinks(logs)) + sep)) return file;
  }
  return undefined;
}

/** `path` without symbolic links, as far as it exists. */
async function resolveLinks(path: string): Promise<string> {
  const rest: string[] = [];
  for (let head = path; ;) {
    try {
      return join(await realpath(head), ...rest);
    } catch {
      const parent = dirname(head);
      if (parent === head) return path;
      rest.unshift(head.slice(parent.length).replace(/^[\\/]/, ''));
      head = parent;
    }
  }
}

function optionalFields(raw: UnknownRecord): Omit<RunRecord, 'runId' | 'threadId' | 'shortId' | 'raw'> {
  const { pid, logOffset, pendingApproval } = raw;
  return {
    kind: optionalString(raw.kind),
    phase: optionalString(raw.phase),
    status: optionalString(raw.status),
    pid: typeof pid === 'number' ? pid : undefined,
    sessionId: optionalString(raw.sessionId),
    logFile: optionalString(raw.logFile),
    logOffset: typeof logOffset === 'number' && logOffset > 0 ? logOffset : 0,
    prompt: optionalString(raw.prompt),
    model: optionalString(raw.model),
    startedAt: optionalString(raw.startedAt),
    completedAt: optionalString(raw.completedAt),
    elapsed: optionalString(raw.elapsed),
    output: optionalString(raw.output),
    error: optionalString(raw.error),
    pendingApprovalId: isRecord(pendingApproval) ? optionalString(pendingApproval.id) : undefined,
  };
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}
