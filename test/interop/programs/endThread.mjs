// `kill` and `delete`.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { archive } from './codexServer.mjs';
import { writeEmptySignal, writeSignal } from './killSignal.mjs';
import { isInside } from './migration.mjs';
import { deleteRecords } from './runRecords.mjs';
import { resolveThread, setStatus, updateIndex } from './threadIndex.mjs';

/** How long the attempt takes to interrupt the turn through a server, which only its owner could do. */
const interruptMs = 300;

/** Never looks again at what the run itself has written meanwhile. */
export async function kill(folder, id, { interrupt = interruptMs }) {
  const { shortId, threadId, entry } = resolveThread(folder, id);
  if (entry?.lastStatus !== undefined && entry.lastStatus !== 'running') {
    console.log(`Thread ${id} is already ${entry.lastStatus}`);
    return;
  }
  const isSignalled = attempt(() => writeSignal(folder, threadId, shortId));
  await sleep(Number(interrupt));
  if (!isSignalled) {
    console.log(`Could not signal thread ${id}: try again`);
    return;
  }
  if (shortId !== undefined) {
    setStatus(folder, shortId, 'interrupted');
    rmSync(folder.pid(shortId), { force: true });
  }
  console.log(`Stopped thread ${id}`);
}

/** What is on this disk goes, also when the server refuses to archive the thread. */
export async function deleteThread(folder, cwd, id, { codex }) {
  const { shortId, threadId, entry } = resolveThread(folder, id);
  if (entry?.lastStatus === 'running') attempt(() => writeEmptySignal(folder, threadId));
  const refusal = codex === undefined ? await sleep(interruptMs) : await archive(codex, cwd, threadId);
  if (refusal !== undefined) console.error(`Warning: server archive failed: ${refusal}`);
  if (shortId === undefined) return;
  rmSync(folder.pid(shortId), { force: true });
  rmSync(join(folder.logs, `${shortId}.log`), { force: true });
  if (folder.generation === 'B') rmSync(join(folder.logs, shortId), { recursive: true, force: true });
  updateIndex(folder, (entries) => delete entries[shortId]);
  if (folder.generation === 'B') deleteWhatOnlyBHas(folder, shortId, threadId);
  console.log(`Deleted thread ${id}`);
}

/** And the entry in the global index, of a thread that belongs to this workspace. */
function deleteWhatOnlyBHas(folder, shortId, threadId) {
  deleteRecords(folder, shortId);
  const index = join(folder.root, 'threads.json');
  if (!existsSync(index)) return;
  updateIndex({ ...folder, index }, (entries) => {
    const isIt = (key) => entries[key].threadId === threadId && isInside(entries[key].cwd, folder.workspace);
    const keys = Object.keys(entries).filter(isIt);
    for (const key of keys) delete entries[key];
    return keys.length > 0;
  });
}

function attempt(step) {
  try {
    step();
    return true;
  } catch (error) {
    console.error(`Warning: ${error.message}`);
    return false;
  }
}
