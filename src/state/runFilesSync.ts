import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../base/userError';
import { tempNameFor } from './atomicFile';
import { endedFields } from './entryNote';
import { fileError, isMissing } from './fileErrors';
import { IndexDraft } from './indexDraft';
import { outputBlock } from './logBodies';
import { readPlainFileSync } from './plainFile';
import { figuresOf, terminalFields, type RunOutcome } from './runOutcome';
import { parseRunRecord } from './runRecords';
import type { StateFolder } from './stateFolder';
import { parseIndex } from './threadIndex';

/** What the end of a run needs to know of it. */
export interface EndingRun {
  readonly folder: StateFolder;
  readonly threadId: string;
  readonly shortId: string;
  readonly runId: string;
  readonly pid: number;
  readonly logFile: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

const LOCK_TRIES = 10;
const LOCK_RETRY_MS = 20;

/** As in `RunLog`. */
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The end of a run without a single wait, for a process that is about to exit: the steps of `RunFiles.finish`
 * in their order. Gives back what went wrong.
 */
export function finishRunSync(run: EndingRun, outcome: RunOutcome): unknown[] {
  const failures: unknown[] = [];
  const attempt = (step: () => void): boolean => {
    try {
      step();
      return true;
    } catch (error) {
      failures.push(error);
      return false;
    }
  };
  attempt(() => appendOutput(run, outcome.output));
  attempt(() => removeIfContent(run.folder.killSignalFile(run.threadId), ['', '*', String(run.pid)]));
  const isIndexed = attempt(() => writeStatus(run, outcome));
  if (run.folder.layout === 'workspace') attempt(() => writeRecord(run, outcome));
  // Without a pid file a status that still says `running` would be believed for ever.
  if (isIndexed) attempt(() => removeIfContent(run.folder.pidFile(run.shortId), [String(run.pid)]));
  return failures;
}

function appendOutput(run: EndingRun, output: string): void {
  if (output === '' || draftOf(run)?.get(run.shortId)?.threadId !== run.threadId) return;
  try {
    if (!existsSync(dirname(run.logFile))) mkdirSync(dirname(run.logFile), { mode: 0o700 });
    const descriptor = openSync(run.logFile, APPEND, 0o600);
    try {
      appendFileSync(descriptor, outputBlock(run.endedAt, output));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw fileError(error, 'write', run.logFile);
  }
}

function writeStatus(run: EndingRun, outcome: RunOutcome): void {
  const { indexFile, indexLock, migrationLock, migrationStateFile } = run.folder;
  const isMigrated = migrationStateFile === undefined || existsSync(migrationStateFile);
  const locks = isMigrated || migrationLock === undefined ? [indexLock] : [migrationLock, indexLock];
  const targets = locks.map((lock) => `${lock.target}.lock`);
  underLocks(targets, () => {
    const draft = draftOf(run);
    if (draft?.get(run.shortId)?.threadId !== run.threadId) return;
    const { status, reason } = outcome;
    draft.patch(run.shortId, endedFields(status, run.endedAt, reason, figuresOf(outcome)));
    replaceSync(indexFile, `${indexFile}.tmp`, draft.serialise());
  });
}

function writeRecord(run: EndingRun, outcome: RunOutcome): void {
  const file = run.folder.runRecordFile(run.runId);
  const text = textOf(file);
  if (text === undefined) return;
  const parsed = parseRunRecord(text);
  if (parsed.kind === 'corrupt') throw new Error(`${file}: ${parsed.reason}`);
  const fields = terminalFields(outcome, run.startedAt, run.endedAt);
  replaceSync(file, tempNameFor(file), JSON.stringify({ ...parsed.record.raw, ...fields }, null, 2));
}

/** Undefined when the index is missing. */
function draftOf(run: EndingRun): IndexDraft | undefined {
  const text = textOf(run.folder.indexFile);
  if (text === undefined) return undefined;
  const parsed = parseIndex(text);
  if (parsed.kind === 'corrupt') throw new Error(`${run.folder.indexFile}: ${parsed.reason}`);
  return new IndexDraft(parsed.raw);
}

/** Undefined when there is no such file. */
function textOf(file: string): string | undefined {
  try {
    return readPlainFileSync(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError(error, 'read', file);
  }
}

/** Holds all locks, in this order, or throws after a fifth of a second. Breaks none. */
function underLocks(files: readonly string[], work: () => void): void {
  const [first, ...rest] = files;
  if (first === undefined) {
    work();
    return;
  }
  const descriptor = acquire(first);
  try {
    underLocks(rest, work);
  } finally {
    release(first, descriptor);
  }
}

function acquire(file: string): number {
  for (let triesLeft = LOCK_TRIES; ; triesLeft--) {
    try {
      return openSync(file, 'wx', 0o600);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || triesLeft === 0) throw fileError(error, 'write', file);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_RETRY_MS);
    }
  }
}

function release(file: string, descriptor: number): void {
  const held = fstatSync(descriptor, { bigint: true });
  const onDisk = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  closeSync(descriptor);
  if (onDisk?.ino === held.ino && onDisk.dev === held.dev) rmSync(file, { force: true });
}

function replaceSync(file: string, temp: string, text: string): void {
  try {
    rmSync(temp, { force: true }); // what was left there, be it a link to elsewhere or a pipe
    writeFileSync(temp, text, { mode: 0o600, flag: 'wx' });
    renameSync(temp, file);
  } catch (error) {
    if (lstatSync(temp, { throwIfNoEntry: false })?.isFile() === true) rmSync(temp, { force: true });
    throw fileError(error, 'write', file);
  }
}

function removeIfContent(file: string, expected: readonly string[]): void {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return;
  if (expected.includes(readPlainFileSync(file).trim())) rmSync(file, { force: true });
}
