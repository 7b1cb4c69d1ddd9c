// Generation B's `runs/<runId>.json`: one file a turn, changed without a lock by the process that runs it.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from './threadIndex.mjs';

const dayMs = 24 * 60 * 60 * 1000;
const kept = 50;

export function newRunId() {
  return `run-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
}

export function writeRecord(folder, record) {
  const file = fileOf(folder, record.runId);
  writeFileSync(`${file}.tmp`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

export function patchRecord(folder, runId, fields) {
  const record = readRecord(fileOf(folder, runId));
  if (record !== undefined) writeRecord(folder, { ...record, ...fields });
}

/** The runs of a thread, the one that began last in front. Files that are no record are skipped. */
export function recordsOf(folder, shortId) {
  return allRecords(folder)
    .flatMap(({ record }) => (record?.shortId === shortId ? [record] : []))
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

export function deleteRecords(folder, shortId) {
  for (const { file, record } of allRecords(folder)) if (record?.shortId === shortId) rmSync(file);
}

/** Keeps 50: damaged ones go first, then the oldest, and none that has been running for less than a day. */
export function prune(folder) {
  const all = allRecords(folder).map(({ file, record }) => ({ file, record, at: timeOf(record) }));
  const isYoungRun = ({ record, at }) => record?.status === 'running' && Date.now() - at < dayMs;
  const candidates = all.filter((each) => !isYoungRun(each)).sort((a, b) => a.at - b.at);
  for (const { file } of candidates.slice(0, Math.max(0, all.length - kept))) rmSync(file, { force: true });
}

function timeOf(record) {
  return record === undefined ? 0 : Date.parse(record.completedAt ?? record.startedAt);
}

function allRecords(folder) {
  const names = readdirSync(folder.runs).filter((name) => name.endsWith('.json'));
  return names.map((name) => {
    const file = join(folder.runs, name);
    return { file, record: readRecord(file) };
  });
}

function readRecord(file) {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function fileOf(folder, runId) {
  return join(folder.runs, `${runId}.json`);
}
