import { setTimeout as delay } from 'node:timers/promises';
import { silentLog } from '../base/log';
import type { Log } from '../base/log';
import { serversAmong, withoutFamiliesOf } from './leftoverFamilies';
import { listMarkedProcesses } from './markedProcesses';

const MAX_PASSES = 5;
const PASS_DELAY_MS = 50;

/** Codex needs 1 to 2 s for its own end when its window is gone. */
const OWN_END_MS = 3_000;
const LOOK_MS = 100;

/**
 * Ends what an app-server has left running after its own end, and tells how many processes that were; those that it
 * could not end are named in the log. A command that codex was just starting when it ended, or one that left its
 * session (`setsid`), outlives it: its parent no longer tells whose it is, but its environment still does. Leaves
 * alone the families of `foreign` (process ids): a turn may start what is not its own, such as the CLI or an editor.
 * Finds nothing on Windows, nothing that was started with an environment of its own, and nothing of the server below
 * which this process was started itself.
 */
export async function endLeftovers(
  marker: string,
  foreign: ReadonlySet<number>,
  log: Log = silentLog,
): Promise<number> {
  const ended = new Set<number>();
  const find = async (): Promise<number[]> => {
    const marked = (await listMarkedProcesses()).filter((each) => each.marker === marker);
    return withoutFamiliesOf(foreign, marked).map(({ pid }) => pid);
  };
  let left = await find();
  for (let pass = 0; pass < MAX_PASSES && left.length > 0; pass++) {
    for (const pid of left) {
      kill(pid);
      ended.add(pid);
    }
    await delay(PASS_DELAY_MS);
    left = await find(); // what was being started meanwhile as well
  }
  if (left.length > 0) log.warn(`Codex left processes that could not be ended: ${left.join(', ')}`);
  for (const pid of left) ended.delete(pid);
  return ended.size;
}

/**
 * Gives app-servers whose window is gone the time to end by themselves, and then ends what is left of them and of
 * what they started. `foreignPids`: see {@link endLeftovers}. @throws what `foreignPids` throws
 */
export async function endAbandoned(
  markers: readonly string[],
  foreignPids: () => Promise<ReadonlySet<number>>,
): Promise<void> {
  const deadline = performance.now() + OWN_END_MS;
  const live = async (): Promise<boolean> =>
    serversAmong(await listMarkedProcesses()).some(({ marker }) => markers.includes(marker));
  while (performance.now() < deadline && (await live())) await delay(LOOK_MS);
  const foreign = await foreignPids();
  await Promise.all(markers.map((marker) => endLeftovers(marker, foreign)));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, which is what was wanted, or still shows in the next pass.
  }
}
