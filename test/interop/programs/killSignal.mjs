// `kill-signals/<threadId>`, as each generation writes, reads and removes it.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAlive, ownerPid } from './owners.mjs';

/** Once, before the turn begins: removes what was meant for an earlier one. */
export function clearStaleSignal(folder, threadId) {
  const file = folder.signal(threadId);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  const isStale =
    folder.generation === 'A' ? stats.mtimeMs < performance.timeOrigin : isStaleForB(file, stats);
  if (isStale) rmSync(file);
}

/** True when this process is told to end the turn. Generation A asks only whether the file is there. */
export function isSignalled(folder, threadId) {
  try {
    const content = readFileSync(folder.signal(threadId), 'utf8').trim();
    return folder.generation === 'A' || ['', '*', String(process.pid)].includes(content);
  } catch {
    return false; // there is none, or a folder stands in its place: the watch goes on
  }
}

/** At the end of the turn. A signal for somebody else is left to them by generation B. */
export function removeSignal(folder, threadId) {
  if (isSignalled(folder, threadId)) rmSync(folder.signal(threadId), { force: true });
}

/** What `kill` writes. Throws when it cannot. */
export function writeSignal(folder, threadId, shortId) {
  const target = shortId === undefined ? undefined : ownerPid(folder, shortId);
  writeRaw(folder, threadId, folder.generation === 'A' ? '' : String(target ?? '*'));
}

/** What `delete` writes in both generations. */
export function writeEmptySignal(folder, threadId) {
  writeRaw(folder, threadId, '');
}

/** In place, so that the file is empty for a moment. */
function writeRaw(folder, threadId, content) {
  writeFileSync(folder.signal(threadId), content, { mode: 0o600 });
}

function isStaleForB(file, { mtimeMs }) {
  const content = readFileSync(file, 'utf8').trim();
  if (content === '' || content === '*') return Date.now() - mtimeMs > 1000;
  const pid = Number(content);
  return !(Number.isInteger(pid) && pid > 0 && (pid === process.pid || isAlive(pid)));
}
