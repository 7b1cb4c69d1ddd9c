import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Thread } from '../../src/threads/thread';
import type { Benchmark } from './benchmark';
import type { Measurement } from './measure';
import { monotonicMs, OutsideProgram } from './outsideProgram';
import type { OutsideChange } from './outsideProgram';
import { ScratchState, shortIdOf, threadIdOf } from './scratchState';
import { ThreadModel } from './threadModel';

const changes = 40;
const sizes = [10, 1000, 10_000] as const;

/** How often the CLI looks for what another program has written. */
const pollMs = 500;

/**
 * From the moment in which another program's change is on disk to the event of the store. `/size` is an entry
 * of an index with so many threads, `/kill-signal` a file beside it, `/poll-500` an entry as the CLI sees it.
 */
export const diskToStore: Benchmark = {
  name: 'disk-to-store',
  async run() {
    const measurements: Measurement[] = [];
    for (const size of sizes) {
      const samples = await inModel(size, indexChanges);
      const aims = [{ below: 25 }, { below: 100, of: 'p95' as const }];
      measurements.push({ name: `disk-to-store/${size}`, unit: 'ms', samples, aims });
    }
    const signals = await inModel(10, killSignals);
    measurements.push({ name: 'disk-to-store/kill-signal', unit: 'ms', samples: signals });
    const polled = await inScratch(10, polledChanges);
    measurements.push({ name: `disk-to-store/poll-${pollMs}`, unit: 'ms', samples: polled });
    return measurements;
  },
};

interface Scratch {
  readonly outside: OutsideProgram;
  readonly scratch: ScratchState;
}

async function inScratch(size: number, work: (place: Scratch) => Promise<number[]>): Promise<number[]> {
  const scratch = await ScratchState.create({ threads: size });
  const outside = new OutsideProgram();
  try {
    return await work({ outside, scratch });
  } finally {
    await outside.end();
    await scratch.dispose();
  }
}

async function inModel(
  size: number,
  work: (place: Scratch, model: ThreadModel) => Promise<number[]>,
): Promise<number[]> {
  return inScratch(size, async (place) => {
    const model = new ThreadModel(place.scratch.root.path);
    try {
      await model.state.start();
      await delay(1_000); // until all folders are watched
      return await work(place, model);
    } finally {
      await model.dispose();
    }
  });
}

async function indexChanges({ outside, scratch }: Scratch, model: ThreadModel): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; i < changes; i++) {
    await pause(i);
    const title = `Changed in round ${i}`;
    const seen = storeShows(model, (thread) => thread?.title === title);
    const fields = { preview: title, updatedAt: new Date().toISOString() };
    const change = outside.patchEntry(scratch.root.global.indexFile, shortIdOf(i % 10), fields);
    samples.push(await timeBetween(change, seen));
  }
  return samples;
}

/** Drops a signal for a thread that runs, and takes it away again. */
async function killSignals({ outside, scratch }: Scratch, model: ThreadModel): Promise<number[]> {
  const folder = scratch.root.global;
  const samples: number[] = [];
  await outside.write(folder.pidFile(shortIdOf(0)), String(outside.pid));
  const runs = storeShows(model, (thread) => thread?.status === 'running');
  await outside.patchEntry(folder.indexFile, shortIdOf(0), { lastStatus: 'running' });
  await runs;
  const file = folder.killSignalFile(threadIdOf(0));
  for (let i = 0; i < changes; i++) {
    await pause(i);
    const stops = storeShows(model, (thread) => thread?.status === 'stopping');
    samples.push(await timeBetween(outside.write(file, ''), stops));
    const goesOn = storeShows(model, (thread) => thread?.status === 'running');
    await outside.remove(file);
    await goesOn;
  }
  return samples;
}

/** Looks at the index as often as the CLI does. */
async function polledChanges({ outside, scratch }: Scratch): Promise<number[]> {
  const file = scratch.root.global.indexFile;
  const samples: number[] = [];
  for (let i = 0; i < changes; i++) {
    const title = `Changed in round ${i}`;
    const seen = polled(async () => (await readFile(file, 'utf8')).includes(title));
    await delay((i * pollMs) / changes); // the changes come evenly spread over that time
    samples.push(await timeBetween(outside.patchEntry(file, shortIdOf(i % 10), { preview: title }), seen));
  }
  return samples;
}

function storeShows(model: ThreadModel, isIt: (thread: Thread | undefined) => boolean): Promise<number> {
  return new Promise((resolve) => {
    const subscription = model.store.onDidChange((all) => {
      const at = monotonicMs();
      if (!all.some(({ after }) => isIt(after))) return;
      subscription.dispose();
      resolve(at);
    });
  });
}

function polled(isThere: () => Promise<boolean>): Promise<number> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      void isThere().then((is) => {
        if (!is) return;
        clearInterval(timer);
        resolve(monotonicMs());
      });
    }, pollMs);
  });
}

async function timeBetween(change: Promise<OutsideChange>, seen: Promise<number>): Promise<number> {
  const [{ monotonicMs: from }, to] = await Promise.all([change, seen]);
  return to - from;
}

/** Not always the same, so that no rhythm of ours or of the system's hides anything. */
async function pause(i: number): Promise<void> {
  await delay(120 + ((i * 37) % 200));
}
