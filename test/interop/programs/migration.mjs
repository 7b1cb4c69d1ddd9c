// What generation B does once for each workspace: it takes over what generation A has entered globally.
import { copyFileSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { underLock } from './fileLock.mjs';
import { newRunId, recordsOf, writeRecord } from './runRecords.mjs';
import { makeFolders } from './stateFolder.mjs';
import { parse, readIndex, writeIndex } from './threadIndex.mjs';

/** The beginning of each command of generation B. The marker says that it is done; nothing is taken over later. */
export function prepareWorkspace(folder) {
  makeFolders(folder);
  const version = join(folder.runs, '.ledger-version');
  if (!existsSync(version)) writeFileSync(version, '2', { mode: 0o600 });
  const marker = join(folder.path, 'migration-state.json');
  if (existsSync(marker)) return;
  underLock('B', marker, folder.tries, () => {
    if (existsSync(marker)) return;
    takeOver(folder);
    const state = { schemaVersion: 1, migratedAt: new Date().toISOString() };
    writeFileSync(marker, JSON.stringify(state), { mode: 0o600 });
  });
}

/** Holds the lock of the marker alone, although it writes the index. */
function takeOver(folder) {
  const found = Object.entries(globalEntries(folder)).filter(([, { cwd }]) =>
    isInside(cwd, folder.workspace),
  );
  if (found.length === 0) return;
  const entries = readIndex(folder);
  for (const [shortId, entry] of found) {
    if (Object.values(entries).some(({ threadId }) => threadId === entry.threadId)) continue;
    entries[shortId] = takenOver(entry);
    takeOverLog(folder, shortId, entry);
  }
  writeIndex(folder, entries);
}

/** Whoever ran it is not asked: what is running there counts as failed. */
function takenOver({ threadId, createdAt, updatedAt, model, cwd, preview, lastStatus }) {
  const status = lastStatus === 'running' ? 'failed' : lastStatus;
  return { threadId, createdAt, updatedAt: updatedAt ?? createdAt, model, cwd, preview, lastStatus: status };
}

function takeOverLog(folder, shortId, entry) {
  const log = join(folder.root, 'logs', `${shortId}.log`);
  const hasLog = existsSync(log);
  if (hasLog) copyFileSync(log, join(folder.logs, `${shortId}.log`));
  if (recordsOf(folder, shortId).length > 0) return;
  const hasEnded = ['completed', 'failed', 'interrupted'].includes(entry.lastStatus);
  writeRecord(folder, {
    ...{ runId: newRunId(), threadId: entry.threadId, shortId, kind: 'task', phase: null },
    status: hasEnded ? entry.lastStatus : 'failed',
    ...{ sessionId: null, logFile: hasLog ? log : '', logOffset: 0, prompt: null, model: entry.model },
    ...{ startedAt: entry.createdAt, completedAt: hasEnded ? entry.updatedAt : null, elapsed: null },
    ...{ output: null, filesChanged: null, commandsRun: null, error: null },
  });
}

function globalEntries(folder) {
  try {
    return parse(readFileSync(join(folder.root, 'threads.json'), 'utf8')) ?? {};
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Symbolic links count as what they lead to, a folder that has gone as the part of it that is left. */
export function isInside(cwd, workspace) {
  if (typeof cwd !== 'string') return false;
  const path = canonical(cwd);
  return path === workspace || path.startsWith(workspace + sep);
}

function canonical(path) {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(canonical(parent), path.slice(parent.length));
}
