import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Beyond this a number cannot be a process id. */
const MAX_PID = 0x7fffffff;
/** Linux counts start times in ticks of this length on every architecture that Node runs on. */
const TICK_MS = 10;
/** Start times are known to the second, and a process is written down a little after it began. */
const START_TOLERANCE_MS = 2000;

/** True for a number that can be the id of one process (0 and negative ones mean groups). */
export function isPid(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= MAX_PID;
}

/**
 * True when a process of that id exists, be it of another user. A zombie counts, see {@link processStart}.
 * Sends no signal, only asks.
 */
export function isProcessAlive(pid: number): boolean {
  if (!isPid(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM and whatever else a system answers: somebody is there.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/**
 * When a process began, in epoch ms (Linux ±1 s, macOS to the second); `'ended'` for a zombie, which only
 * waits for its parent to notice; undefined where that cannot be told (Windows, a process that is gone).
 */
export async function processStart(pid: number): Promise<number | 'ended' | undefined> {
  if (process.platform === 'linux') return await linuxStart(pid);
  if (process.platform === 'darwin') return await darwinStart(pid);
  return undefined;
}

/**
 * True when a process of that id exists which had begun by `timeMs` (epoch): neither a zombie nor a later
 * process that merely got the same number. True, too, where the start cannot be told.
 */
export async function isProcessSince(pid: number, timeMs: number): Promise<boolean> {
  if (!isProcessAlive(pid)) return false;
  const start = await processStart(pid);
  const tolerance = START_TOLERANCE_MS + clockSetForward();
  return start !== 'ended' && (start === undefined || start <= timeMs + tolerance);
}

/**
 * A text that no later process of the same number has, whatever is done to the clock; `'ended'` and undefined
 * as in {@link processStart}.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (process.platform === 'darwin') return (await darwinStart(pid))?.toString();
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const [state, ticks] = await linuxStat(pid);
    return isEnded(state) ? 'ended' : `${boot.trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

/**
 * By how much (ms) the clock was set forward since this process began. Linux tells starts by the clock of now,
 * so that they move with it, but the date of a file does not.
 */
function clockSetForward(): number {
  return Math.max(0, Date.now() - performance.timeOrigin - performance.now());
}

/** When a process began, in epoch ms; undefined where that cannot be told. */
export async function processStartedAt(pid: number): Promise<number | undefined> {
  const start = await processStart(pid);
  return start === 'ended' ? undefined : start;
}

/** The state and the start (in ticks since boot) of a process, from `/proc/<pid>/stat`. */
async function linuxStat(pid: number): Promise<[state: string, ticks: number]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field, the command in brackets, may itself hold blanks and brackets.
  const fieldsFromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [fieldsFromThird[0] ?? '', Number(fieldsFromThird[19])];
}

function isEnded(state: string): boolean {
  return /^[ZX]/i.test(state);
}

async function linuxStart(pid: number): Promise<number | 'ended' | undefined> {
  try {
    const [[state, ticks], system] = await Promise.all([linuxStat(pid), readFile('/proc/stat', 'utf8')]);
    if (isEnded(state)) return 'ended';
    const bootSeconds = Number(/^btime (\d+)/m.exec(system)?.[1]);
    const startedAt = bootSeconds * 1000 + ticks * TICK_MS;
    return Number.isFinite(startedAt) ? startedAt : undefined;
  } catch {
    return undefined; // it ended meanwhile, or /proc is not mounted
  }
}

function darwinStart(pid: number): Promise<number | undefined> {
  return new Promise((done) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env, timeout: 5000 }, (error, stdout) => {
      const startedAt = Date.parse(stdout.trim());
      done(error !== null || Number.isNaN(startedAt) ? undefined : startedAt);
    });
  });
}
