import { readFile } from 'node:fs/promises';
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

/**
 * Looks at all marked processes. `liveMarkers`: of servers that are known to live. `foreign`: ids of processes
 * whose families are not left over, whoever started them.
 */
export async function findFamilies(
  liveMarkers: ReadonlySet<string>,
  foreign: ReadonlySet<number>,
): Promise<MarkedFamilies> {
  const marked = await listMarkedProcesses();
  const heads = headsOf(marked);
  const isOwned = await Promise.all(heads.map(async (head) => isServer(head) && !(await isOrphan(head))));
  const servers = heads.filter((_, i) => isOwned[i]);
  const alive = new Set([...liveMarkers, ...servers.map(({ marker }) => marker)]);
  const left = withoutFamiliesOf(foreign, marked).filter(({ marker }) => !alive.has(marker));
  const leftovers = headsOf(left).map((head) => ({ head, pids: familyOf([head.pid], head.marker, left) }));
  return { servers, leftovers };
}

/**
 * Those of `marked` whose family holds none of `foreign`. A server counts apart from what it has started: it is
 * ours, even if its turn has started something that is not.
 */
export function withoutFamiliesOf(
  foreign: ReadonlySet<number>,
  marked: readonly MarkedProcess[],
): MarkedProcess[] {
  const servers = new Set(serversAmong(marked));
  const started = marked.filter((each) => !servers.has(each));
  const kept = new Set<number>();
  for (const { pid, marker } of headsOf(started)) {
    const family = familyOf([pid], marker, started);
    if (family.some((member) => foreign.has(member))) for (const member of family) kept.add(member);
  }
  return marked.filter(({ pid }) => !kept.has(pid));
}

/**
 * Ends a family, gently first. Only what still carries the mark is ever signalled: not who got the number of one
 * that has ended meanwhile, and not what has become a family of `foreign` since. False when something of it lives
 * on that was to be ended.
 */
export async function endFamily(
  { head, pids }: LeftoverFamily,
  foreign: ReadonlySet<number>,
): Promise<boolean> {
  const known = new Set(pids);
  const living = async (): Promise<number[]> => {
    const marked = withoutFamiliesOf(foreign, await listMarkedProcesses());
    const family = familyOf([...known], head.marker, marked);
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

/** Those of `marked` that are app-servers of ours, and not below one. */
export function serversAmong(marked: readonly MarkedProcess[]): MarkedProcess[] {
  return headsOf(marked).filter(isServer);
}

/** Those that nothing with the same mark has started. */
function headsOf(marked: readonly MarkedProcess[]): MarkedProcess[] {
  const markers = new Map(marked.map(({ pid, marker }) => [pid, marker]));
  return marked.filter(({ parent, marker }) => markers.get(parent) !== marker);
}

/** Of a head: was started as `codex app-server`. */
function isServer({ args }: MarkedProcess): boolean {
  return args.slice(1).includes('app-server');
}

/**
 * A server whose window is gone, and which did not notice, belongs to the first process of the system, or to
 * the one that stands in for it in a session of the person's (`systemd --user`).
 */
async function isOrphan({ parent }: MarkedProcess): Promise<boolean> {
  if (parent === 1) return true;
  if (process.platform !== 'linux') return false;
  const name = await readFile(`/proc/${parent}/comm`, 'utf8').catch(() => '');
  return ['systemd', 'init'].includes(name.trim());
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
