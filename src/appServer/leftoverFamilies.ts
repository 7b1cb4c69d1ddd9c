import { setTimeout as delay } from 'node:timers/promises';
import { listMarkedProcesses, type MarkedProcess } from './markedProcesses';

/** A process that outlived the app-server below which it was started, with its own children. */
export interface LeftoverFamily {
  readonly head: MarkedProcess;
  /** All of them, `head` included. */
  readonly pids: readonly number[];
}

/** What there is of our app-servers and of what they started, in all windows. */
export interface MarkedFamilies {
  /** App-servers whose window lives. */
  readonly servers: readonly MarkedProcess[];
  readonly leftovers: readonly LeftoverFamily[];
}

/** How long a process gets for its own end after SIGTERM (ms). */
const TERM_GRACE_MS = 2_000;
const KILL_GRACE_MS = 1_000;
const LOOK_MS = 50;

/** Looks at all marked processes. `liveMarkers`: of servers that are known to live. */
export async function findFamilies(liveMarkers: ReadonlySet<string>): Promise<MarkedFamilies> {
  const marked = await listMarkedProcesses();
  const byPid = new Map(marked.map((each) => [each.pid, each]));
  const isHead = ({ parent, marker }: MarkedProcess): boolean => byPid.get(parent)?.marker !== marker;
  const servers = marked.filter((each) => isHead(each) && isServer(each));
  const alive = new Set([...liveMarkers, ...servers.map(({ marker }) => marker)]);
  const heads = marked.filter((each) => isHead(each) && !alive.has(each.marker));
  const leftovers = heads.map((head) => ({ head, pids: familyOf([head.pid], head.marker, marked) }));
  return { servers, leftovers };
}

/**
 * Ends a family, gently first. Only what still carries the mark is ever signalled: not who got the number of one
 * that has ended meanwhile. False when something of it lives on.
 */
export async function endFamily({ head, pids }: LeftoverFamily): Promise<boolean> {
  const known = new Set(pids);
  const living = async (): Promise<number[]> => {
    const family = familyOf([...known], head.marker, await listMarkedProcesses());
    for (const pid of family) known.add(pid);
    return family;
  };
  for (const [signal, graceMs] of [
    ['SIGTERM', TERM_GRACE_MS],
    ['SIGKILL', KILL_GRACE_MS],
  ] as const) {
    for (const pid of await living()) send(pid, signal);
    const deadline = performance.now() + graceMs;
    while (performance.now() < deadline) {
      if ((await living()).length === 0) return true;
      await delay(LOOK_MS);
    }
  }
  return (await living()).length === 0;
}

/**
 * What was started as `codex app-server` by something that lives. One whose window is gone, and which did not
 * notice, belongs to the first process of the system.
 */
function isServer({ args, parent }: MarkedProcess): boolean {
  return parent !== 1 && args.slice(1).includes('app-server');
}

/** Those of `pids` that carry the mark, and everything below them that does. */
function familyOf(pids: readonly number[], marker: string, marked: readonly MarkedProcess[]): number[] {
  const ofServer = marked.filter((each) => each.marker === marker);
  const family = new Set(ofServer.filter(({ pid }) => pids.includes(pid)).map(({ pid }) => pid));
  // Parents are not always listed before their children: repeat until nothing is added.
  for (let size = -1; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of ofServer) if (family.has(parent)) family.add(pid);
  }
  return [...family];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself, which is what was wanted.
  }
}
