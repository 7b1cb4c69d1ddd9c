// Who runs a thread's turn, and whether that process lives.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { readIndex, setStatus, updateIndex } from './threadIndex.mjs';

/** The number in a pid file, when it is one that a process can have. */
export function ownerPid(folder, shortId) {
  try {
    const pid = Number(readFileSync(folder.pid(shortId), 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Only a file that says so proves a death: without one an owner counts as alive. */
export function isOwnerDead(folder, shortId) {
  const file = folder.pid(shortId);
  let text;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    return folder.generation === 'B' && error.code !== 'ENOENT' && existsSync(file);
  }
  const pid = text === '' ? NaN : Number(text);
  if (Number.isNaN(pid) || pid <= 0) return true;
  if (!Number.isInteger(pid) || pid > 0x7fffffff) return false;
  return !isAlive(pid);
}

/** What a listing does first: entries that say `running` while their owner is dead become `interrupted`. */
export function repairStale(folder) {
  const entries = readIndex(folder);
  const isStale = (shortId) => entries[shortId].lastStatus === 'running' && isOwnerDead(folder, shortId);
  const stale = Object.keys(entries).filter(isStale);
  if (folder.generation === 'A') for (const shortId of stale) setStatus(folder, shortId, 'interrupted');
  else if (stale.length > 0) interruptInOneGo(folder, stale);
  for (const shortId of stale) rmSync(folder.pid(shortId), { force: true });
}

function interruptInOneGo(folder, shortIds) {
  updateIndex(folder, (entries) => {
    for (const shortId of shortIds) {
      if (entries[shortId]?.lastStatus !== 'running') continue;
      Object.assign(entries[shortId], { lastStatus: 'interrupted', updatedAt: new Date().toISOString() });
    }
    return true;
  });
}
