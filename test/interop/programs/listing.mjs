// `jobs`, `threads` and `clean`.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repairStale } from './owners.mjs';
import { readIndex, updateIndex } from './threadIndex.mjs';

const dayMs = 24 * 60 * 60 * 1000;

export function list(folder, { json }) {
  repairStale(folder);
  const rows = Object.entries(readIndex(folder))
    .map(([shortId, entry]) => rowOf(shortId, entry))
    .sort((a, b) => ((a.updatedAt ?? '') < (b.updatedAt ?? '') ? 1 : -1));
  if (json) console.log(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) console.log('No threads found.');
  else for (const { shortId, status, preview } of rows) console.log([shortId, status, preview].join('  '));
}

/** By age alone: whether a thread runs plays no part. */
export function clean(folder) {
  removeOlderThan(folder.logs, 7 * dayMs);
  for (const part of ['approvals', 'kill-signals', 'pids']) removeOlderThan(join(folder.path, part), dayMs);
  updateIndex(folder, (entries) => {
    const old = Object.keys(entries).filter((shortId) => isOld(folder, shortId, entries[shortId]));
    for (const shortId of old) delete entries[shortId];
    return old.length > 0;
  });
}

function rowOf(shortId, { threadId, lastStatus, model, cwd, preview, createdAt, updatedAt }) {
  return { shortId, threadId, status: lastStatus ?? 'unknown', model, cwd, preview, createdAt, updatedAt };
}

function isOld(folder, shortId, { createdAt }) {
  const logs = [join(folder.logs, `${shortId}.log`), ...filesIn(join(folder.logs, shortId))];
  const times = logs.filter((file) => existsSync(file)).map((file) => statSync(file).mtimeMs);
  const newest = Math.max(Date.parse(createdAt), ...times);
  return Number.isNaN(newest) || Date.now() - newest > 7 * dayMs;
}

function removeOlderThan(path, ageMs) {
  for (const file of filesIn(path)) {
    const stats = statSync(file);
    if (stats.isDirectory()) removeOlderThan(file, ageMs);
    else if (Date.now() - stats.mtimeMs > ageMs) rmSync(file);
  }
}

function filesIn(path) {
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}
