import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** In the environment of an app-server and so of everything below it; its value is new for each server. */
export const MARKER_VARIABLE = 'CODEX_COLLAB_VSCODE_SERVER';

const MAX_PASSES = 5;
const PASS_DELAY_MS = 50;

/**
 * Ends what an app-server has left running after its own end, and tells how many processes that were. A
 * command that codex was just starting when it ended, or one that left its session (`setsid`), outlives it:
 * its parent no longer tells whose it is, but its environment still does. Finds nothing on Windows, and
 * nothing that was started with an environment of its own.
 */
export async function endLeftovers(marker: string): Promise<number> {
  const ended = new Set<number>();
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const pids = await processesWith(`${MARKER_VARIABLE}=${marker}`);
    if (pids.length === 0) break;
    for (const pid of pids) {
      kill(pid);
      ended.add(pid);
    }
    await delay(PASS_DELAY_MS); // what was being started meanwhile shows in the next pass
  }
  return ended.size;
}

function processesWith(assignment: string): Promise<number[]> {
  switch (process.platform) {
    case 'linux':
      return fromProc(assignment);
    case 'darwin':
      return fromPs(assignment);
    default:
      return Promise.resolve([]);
  }
}

async function fromProc(assignment: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const isMarked = await Promise.all(
    pids.map(async (pid) => {
      // Unreadable: another user's, or gone since.
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(assignment);
    }),
  );
  return pids.filter((pid, i) => isMarked[i] === true && pid !== process.pid);
}

async function fromPs(assignment: string): Promise<number[]> {
  const list = ['-E', '-A', '-ww', '-o', 'pid=,command='];
  const { stdout } = await promisify(execFile)('/bin/ps', list, { maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => line.split(' ').includes(assignment))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid > 0 && pid !== process.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, which is what was wanted.
  }
}
