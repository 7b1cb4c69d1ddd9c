// `threads.json`: short id → entry.
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { underLock } from './fileLock.mjs';

/** Both generations set a damaged file aside; A then goes on with an empty one, and B fails. */
export function readIndex({ generation, index }) {
  let text;
  try {
    text = readFileSync(index, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
  const parsed = parse(text);
  if (parsed !== undefined) return parsed;
  const aside = `${index}.corrupt.${Date.now()}`;
  renameSync(index, aside);
  if (generation === 'B') throw new Error(`Threads file corrupted; moved to ${aside}.`);
  console.error(`Warning: threads file corrupted; moved to ${aside}.`);
  return {};
}

/** `change` works on the whole file; false as its result means that there is nothing to write. */
export function updateIndex(folder, change) {
  underLock(folder.generation, folder.index, folder.tries, () => {
    const entries = readIndex(folder);
    if (change(entries) !== false) writeIndex(folder, entries);
  });
}

/** For those who hold a lock. */
export function writeIndex({ index }, entries) {
  writeFileSync(`${index}.tmp`, JSON.stringify(entries, null, 2), { mode: 0o600 });
  renameSync(`${index}.tmp`, index);
}

/** Sets fields of one entry; nothing when it has gone. */
export function patchEntry(folder, shortId, fields) {
  updateIndex(folder, (entries) => {
    if (entries[shortId] === undefined) return false;
    entries[shortId] = { ...entries[shortId], ...fields };
    return true;
  });
}

export function setStatus(folder, shortId, lastStatus) {
  patchEntry(folder, shortId, { lastStatus, updatedAt: new Date().toISOString() });
}

/** Enters a thread under a new short id, and returns that. */
export function register(folder, entry) {
  let shortId;
  updateIndex(folder, (entries) => {
    do shortId = randomBytes(4).toString('hex');
    while (shortId in entries);
    entries[shortId] = entry;
    return true;
  });
  return shortId;
}

/**
 * The short id and the entry that an id means: a key, the beginning of just one key, for generation B also a
 * thread id. B passes anything else on as a thread id that only the server knows; A says that there is none.
 */
export function resolveThread(folder, id) {
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new Error(`Invalid id: ${id}`);
  const entries = readIndex(folder);
  const keys = Object.keys(entries);
  const matches = keys.includes(id) ? [id] : keys.filter((key) => key.startsWith(id));
  if (matches.length > 1) throw new Error(`Ambiguous id: ${id}`);
  const isB = folder.generation === 'B';
  const shortId = matches[0] ?? (isB ? keys.find((key) => entries[key].threadId === id) : undefined);
  if (shortId !== undefined) return { shortId, threadId: entries[shortId].threadId, entry: entries[shortId] };
  if (isB) return { shortId: undefined, threadId: id, entry: undefined };
  throw new Error(`Thread not found: ${id}`);
}

export function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
