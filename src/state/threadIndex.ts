import { stat, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord, optionalString, type UnknownRecord } from '../base/record';
import { errorText, UserError } from '../base/userError';
import { writeAtomically } from './atomicFile';
import { nameOf } from './entryName';
import { noteOf } from './entryNote';
import type { EntryNote } from './entryNote';
import { fileError, isMissing } from './fileErrors';
import type { HeldLock } from './fileLock';
import { isSafeId } from './ids';
import { IndexDraft } from './indexDraft';
import { readPlainBytes } from './plainFile';
import type { StateFolder } from './stateFolder';

/** The statuses that both generations of the CLI write. Older files also hold `killed`. */
export type ThreadRunStatus = 'running' | 'completed' | 'failed' | 'interrupted';

/** One thread in `threads.json`. Times are ISO-8601 text as found, unchecked. */
export interface IndexEntry {
  readonly threadId: string;
  readonly createdAt?: string | undefined;
  /** Absent until a status was first written. */
  readonly updatedAt?: string | undefined;
  readonly model?: string | undefined;
  readonly cwd?: string | undefined;
  /** The latest prompt. Generation A never writes it. */
  readonly preview?: string | undefined;
  /** Usually a {@link ThreadRunStatus}; absent until the first turn begins. */
  readonly lastStatus?: string | undefined;
  /** What a person called the thread. */
  readonly name?: string | undefined;
  /** What this extension had to add to the status. */
  readonly note: EntryNote;
  /** The whole entry, with the fields that we do not know. */
  readonly raw: Readonly<UnknownRecord>;
}

export interface ParsedIndex {
  /** By short id. */
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Keys whose id or value cannot be used. They stay in the file. */
  readonly skipped: readonly string[];
  readonly raw: Readonly<UnknownRecord>;
}

export interface CorruptIndex {
  readonly kind: 'corrupt';
  readonly reason: string;
}

export type IndexParse = ({ readonly kind: 'ok' } & ParsedIndex) | CorruptIndex;
export type NoIndex = { readonly kind: 'missing' } | { readonly kind: 'unreadable'; readonly error: unknown };
export type IndexReading = IndexParse | NoIndex;

/** Reads the text of a `threads.json`. Never throws. */
export function parseIndex(text: string): IndexParse {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { kind: 'corrupt', reason: text.trim() === '' ? 'it is empty' : errorText(error) };
  }
  if (!isRecord(raw)) return { kind: 'corrupt', reason: 'it is not a JSON object' };
  const entries = new Map<string, IndexEntry>();
  const skipped: string[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const entry = isSafeId(key) ? parseEntry(value) : undefined;
    if (entry === undefined) skipped.push(key);
    else entries.set(key, entry);
  }
  return { kind: 'ok', entries, skipped, raw };
}

/**
 * Reads a folder's index. Takes no lock: writers replace the file in one step. A corrupt file is read once
 * more after a moment, since a program that does not do so may be writing it. Never throws.
 */
export async function readIndex(folder: StateFolder): Promise<IndexReading> {
  return await readIndexWith(folder, (bytes) => parseIndex(bytes.toString('utf8')));
}

/** The same with a parser of the caller's, which is given the bytes of the file. */
export async function readIndexWith<T extends { readonly kind: 'ok' } | CorruptIndex>(
  folder: StateFolder,
  parse: (bytes: Buffer) => T,
): Promise<T | NoIndex> {
  const reading = await readOnce(folder.indexFile, parse);
  if (reading.kind !== 'corrupt') return reading;
  await sleep(100);
  return await readOnce(folder.indexFile, parse);
}

/**
 * Changes a folder's index under its lock: re-reads it, lets `change` work on a draft, and writes it when
 * something did change. `change` may do quick file work of its own, and is called again when another process
 * broke the lock meanwhile. Throws a `UserError`, and leaves the file alone, when it is corrupt, unreadable,
 * locked for too long or not writable.
 */
export async function updateIndex<T>(
  folder: StateFolder,
  change: (draft: IndexDraft) => T | Promise<T>,
): Promise<T> {
  for (let tries = 0; tries < 5; tries++) {
    const outcome = await underLocks(folder, (lock) => tryUpdate(folder, change, lock));
    if (outcome.isDone) return outcome.result;
  }
  throw new UserError(`Other programs keep breaking the lock of ${folder.indexFile}. Try again.`);
}

/**
 * Generation B's first command in a workspace fills the index while it holds only the lock of its migration
 * marker. Until that marker exists both locks are needed, that one first.
 */
async function underLocks<T>(folder: StateFolder, work: (lock: HeldLock) => Promise<T>): Promise<T> {
  const { migrationLock, migrationStateFile } = folder;
  const isMigrated = migrationStateFile === undefined || (await exists(migrationStateFile));
  if (isMigrated || migrationLock === undefined) return await folder.indexLock.hold(work);
  return await migrationLock.hold(() => folder.indexLock.hold(work));
}

type Attempt<T> = { isDone: true; result: T } | { isDone: false };

async function tryUpdate<T>(
  folder: StateFolder,
  change: (draft: IndexDraft) => T | Promise<T>,
  lock: HeldLock,
): Promise<Attempt<T>> {
  const draft = new IndexDraft(await readForUpdate(folder));
  const before = draft.serialise();
  const result = await change(draft);
  const after = draft.serialise();
  const temp = `${folder.indexFile}.tmp`;
  await removeLeftover(temp);
  if (after === before) return { isDone: true, result };
  const mayReplace = (): Promise<boolean> => lock.isStillOurs();
  const isWritten = await writeAtomically(folder.indexFile, after, { temp, mayReplace });
  return isWritten ? { isDone: true, result } : { isDone: false };
}

/**
 * What a writer left that came to grief, or lost its lock: its mode would become that of the index. And what no
 * writer made: a link would lead us elsewhere, a pipe would let us wait for ever.
 */
async function removeLeftover(temp: string): Promise<void> {
  try {
    await unlink(temp);
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, 'write', temp);
  }
}

async function readForUpdate(folder: StateFolder): Promise<UnknownRecord> {
  const reading = await readIndex(folder);
  switch (reading.kind) {
    case 'ok':
      return reading.raw;
    case 'missing':
      return {};
    case 'corrupt':
      throw corruptFile(folder.indexFile, reading.reason);
    case 'unreadable':
      throw fileError(reading.error, 'read', folder.indexFile);
  }
}

/** What to throw instead of overwriting a file that somebody may still want to repair. */
export function corruptFile(path: string, reason: string): UserError {
  return new UserError(`${path} is damaged (${reason}). It was left alone; repair or remove it.`, {
    remedies: [{ kind: 'openFile', path }],
  });
}

async function readOnce<T>(file: string, parse: (bytes: Buffer) => T): Promise<T | NoIndex> {
  try {
    return parse(await readPlainBytes(file));
  } catch (error) {
    return isMissing(error) ? { kind: 'missing' } : { kind: 'unreadable', error };
  }
}

function parseEntry(value: unknown): IndexEntry | undefined {
  if (!isRecord(value) || !isSafeId(value.threadId)) return undefined;
  return {
    threadId: value.threadId,
    createdAt: optionalString(value.createdAt),
    updatedAt: optionalString(value.updatedAt),
    model: optionalString(value.model),
    cwd: optionalString(value.cwd),
    preview: optionalString(value.preview),
    lastStatus: optionalString(value.lastStatus),
    name: nameOf(value),
    note: noteOf(value),
    raw: value,
  };
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}
