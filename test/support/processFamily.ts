import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** A process as seen at one moment; `started` tells it from a later one with the same id. */
export interface FoundProcess {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
}

/**
 * The process `root` with all its descendants, and (where /proc is) every process whose environment carries
 * `mark`, which finds those whose parents are gone. Synchronous, because the last moment to look is in a
 * process's own exit handler.
 */
export function findProcesses(root: number, mark: string): FoundProcess[] {
  const all = listProcesses();
  const family = new Set([root]);
  // Parents are not always listed before their children: repeat until nothing is added.
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid) || (pid !== process.pid && carries(pid, mark)));
}

/** Whether the process is still there, and not another one with its id. */
export function isSameProcess({ pid, started }: FoundProcess): boolean {
  return describeProcess(pid)?.started === started;
}

/** Ends the processes at once, without giving them a say. */
export function killNow(processes: readonly FoundProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      continue; // gone by itself
    }
  }
}

const hasProc = existsSync('/proc/self/stat');

function listProcesses(): FoundProcess[] {
  if (!hasProc) return parsePs(['-A']);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => describeProcess(Number(name)))
    .filter((found) => found !== undefined);
}

/** Undefined when the process is gone, or dead and only waits for its parent to notice. */
function describeProcess(pid: number): FoundProcess | undefined {
  if (!hasProc) return parsePs(['-p', String(pid)])[0];
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // After the command in brackets: state, parent, … and as the 20th the start in clock ticks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, parent: Number(fields[1]), started: fields[19] ?? '' };
}

function parsePs(selection: readonly string[]): FoundProcess[] {
  let output: string;
  try {
    output = execFileSync('ps', [...selection, '-o', 'pid=,ppid=,state=,lstart='], { encoding: 'utf8' });
  } catch {
    return []; // nothing is selected
  }
  return output
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+([^\sZ]\S*)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ pid: Number(match[1]), parent: Number(match[2]), started: match[4] ?? '' }));
}

function carries(pid: number, mark: string): boolean {
  return read(`/proc/${pid}/environ`)?.includes(mark) ?? false;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // gone meanwhile, or somebody else's
  }
}
