import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../src/base/userError';
import { isActive } from '../../src/threads/thread';
import type { Thread } from '../../src/threads/thread';
import type { TurnRun } from '../../src/threads/turnRun';
import { nativeCodex } from '../support/nativeCodex';
import { processesOf, waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { Outside } from './outside';
import type { OutsideProcess } from './outsideProcess';
import { namesIn, readJson } from './stateFiles';
import { WindowProcess } from './windowProcess';

/** In each layout. */
const SEQUENCES = 50;
const STEPS = 5;
/** Printed with a failure; another one may be given to look further. */
const seed = Number(process.env.CHAOS_SEED ?? 20_260_102);

/** What ends by itself, what says something for longer than any sequence, and what has a shell meanwhile. */
const SHORT = 'say:done';
const LONG = ['stream:60', 'run:"sleep 4321"'];

type Status = 'running' | 'completed' | 'failed' | 'interrupted';

for (const stateLayout of ['global', 'workspace'] as const) {
  describe(`random sequences of run, kill, resume, delete and crash, ours (${stateLayout}) and theirs (seed ${seed})`, function () {
    this.timeout(300_000);
    let bench: TaskBench;
    let outside: Outside;
    /** What became of the last turn of each thread that nobody has deleted. */
    let expected: Map<string, Status>;
    let theirs: Map<string, { process: OutsideProcess; program: string }>;
    /** Another window, in a process of its own. */
    let window: Promise<WindowProcess>;

    before(async () => {
      bench = await TaskBench.open({ stateLayout });
      outside = new Outside(bench.folder, bench.home.env);
      // It takes over what is in the global layout by then: from now on each thread is in one place.
      await outside.b('threads');
      expected = new Map();
      theirs = new Map();
      window = openWindow();
    });
    after(async () => {
      await (await window).close();
      await outside.dispose();
      await bench.close();
    });

    const openWindow = async (): Promise<WindowProcess> => {
      const [place, codex] = [{ root: bench.root.path, cwd: bench.folder }, await nativeCodex()];
      return await WindowProcess.open({ ...place, env: bench.home.env, codex, layout: stateLayout });
    };

    const until = (what: string, condition: () => unknown): Promise<unknown> =>
      waitUntil(condition, { timeoutMs: 20_000, what });
    const random = mulberry32(seed + (stateLayout === 'global' ? 0 : 1));
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
    const prompt = (): string => pick([SHORT, ...LONG]) ?? SHORT;
    const threads = (test: (thread: Thread) => boolean): Thread[] => [...bench.store.all()].filter(test);
    /** Waits until the row of a thread says what has become of it. */
    const becomes = async (id: string, status: Status): Promise<void> => {
      expected.set(id, status);
      await until(`a row that says ${status}`, () => bench.store.get(id)?.status === status);
    };
    const began = async ({ threadId, prompt }: TurnRun): Promise<void> =>
      becomes(threadId, prompt === SHORT ? 'completed' : 'running');
    const killed = async (thread: Thread | undefined): Promise<void> => {
      if (thread !== undefined) await becomes(thread.id, 'interrupted');
    };

    const steps: Record<string, () => Promise<unknown>> = {
      runOurs: async () => began(await bench.run(prompt())),
      runTheirs: async () => {
        const program = pick(['generationA.mjs', 'generationB.mjs']) ?? '';
        const text = pick(['stream:60', SHORT]) ?? '';
        const process = outside.start(program, 'run', text);
        const id = (): string => /^Thread \S+ \((.*)\)$/m.exec(process.stdout)?.[1] ?? '';
        await until('their thread', () => id() !== '');
        theirs.set(id(), { process, program });
        await becomes(id(), text === SHORT ? 'completed' : 'running');
        // Who dies before its pid file is written cannot be told from one that lives.
        if (text === SHORT) await process.ended;
        else await until('their pid file', () => bench.store.get(id())?.ownerPid === process.pid);
      },
      killHere: async () => {
        const thread = pick(threads(isActive));
        if (thread !== undefined) assert.notEqual(await bench.killer.kill(thread.id), 'unanswered');
        await killed(thread);
      },
      killOutside: async () => {
        const thread = pick(threads(isActive));
        if (thread === undefined) return;
        await until('its entry', () => bench.state.threadsOnDisk(thread.id).length > 0);
        const program = theirs.get(thread.id)?.program ?? generationOf(thread.id);
        await outside.start(program, 'kill', thread.shortId).ended;
        await killed(thread);
      },
      resume: async () => {
        const thread = pick(threads((each) => !isActive(each) && !theirs.has(each.id)));
        if (thread === undefined) return;
        try {
          await began(await bench.resume(thread.id, prompt()));
        } catch (error) {
          // Ended before codex had begun its first turn.
          if (!errorText(error).startsWith('Codex has nothing of this thread')) throw error;
        }
      },
      remove: async () => {
        const thread = pick(threads(() => true));
        if (thread === undefined) return;
        expected.delete(thread.id);
        assert.deepEqual(await bench.remover.delete(thread.id), { kind: 'deleted' });
        await until('no row', () => bench.store.get(thread.id) === undefined);
      },
      crashOurs: async () => {
        const run = pick([...bench.runs.all()]);
        if (run === undefined) return;
        process.kill(run.pid, 'SIGKILL');
        await run.ended;
        await becomes(run.threadId, 'failed');
      },
      crashTheirs: async () => {
        const thread = pick(threads((each) => isActive(each) && theirs.has(each.id)));
        await theirs.get(thread?.id ?? '')?.process.kill();
        await killed(thread);
      },
      crashWindow: async () => {
        const crashing = await window;
        const id = await crashing.run('run:"sleep 4322"');
        // By then all files of its start are written: nobody could make up for half of one.
        await until('its shell', async () => (await ofTurns()).includes('sleep 4322'));
        await crashing.crash();
        window = openWindow();
        await bench.ownRuns.repair(); // as a new window does
        await becomes(id, 'interrupted');
      },
    };

    /** A crash of a window takes seconds. */
    const choices = Object.keys(steps).flatMap((name) =>
      Array<string>(name === 'crashWindow' ? 1 : 5).fill(name),
    );

    /** Each generation kills in its own layout. */
    const generationOf = (id: string): string =>
      bench.state.threadsOnDisk(id)[0]?.folder.layout === 'global' ? 'generationA.mjs' : 'generationB.mjs';

    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      it(`leave nothing untrue, nothing running and nothing lost (${sequence})`, async () => {
        const done: string[] = [];
        try {
          for (let i = 0; i < STEPS; i++) {
            const name = pick(choices) ?? '';
            done.push(name);
            await steps[name]?.();
          }
          const active = threads(isActive);
          await Promise.all(active.map(({ id }) => bench.killer.kill(id)));
          await Promise.all(active.map(killed));
          await assertAtRest();
        } catch (error) {
          throw new Error(`After ${done.join(', ')}:`, { cause: error });
        }
      });
    }

    const assertAtRest = async (): Promise<void> => {
      await until('every turn to end', () => [...bench.runs.all()].length === 0);
      const wanted = [...expected].sort();
      await until('just the rows of what was kept, with the truth', () => {
        const shown = threads(() => true).map(({ id, status }) => [id, status]);
        assert.deepEqual(shown.sort(), wanted);
        return true;
      });
      await until('the same on disk', async () => {
        assert.deepEqual((await onDisk()).sort(), wanted);
        return true;
      });
      await until('no file of a run', async () => {
        assert.deepEqual(await leftovers(), []);
        return true;
      });
      await until('no process but the codex for lists and the like', async () => {
        const left = await ofTurns();
        return left.length <= 1 && !left.some((command) => command.includes('sleep'));
      });
    };

    /** The command lines of codex and of the shells that turns have started. */
    const ofTurns = async (): Promise<string[]> => {
      const commands = (await processesOf(bench.home.home)).map(({ command }) => command);
      return commands.filter((command) => /sleep 432[12]| app-server$/.test(command));
    };

    /** Each thread with its status. */
    const onDisk = async (): Promise<unknown[][]> => {
      const folders = [bench.root.global, await bench.root.workspaceOf(bench.folder)];
      const indexes = await Promise.all(
        folders.map(({ indexFile }) => readJson(indexFile).catch(() => ({}))),
      );
      const entries = indexes.flatMap((index) => Object.values(index) as Record<string, unknown>[]);
      return entries.map(({ threadId, lastStatus }) => [threadId, lastStatus]);
    };

    const leftovers = async (): Promise<string[]> => {
      const names = await readdir(bench.home.stateRoot, { recursive: true });
      const ofRuns = names.filter((name) => /(^|\/)(pids|kill-signals)\/.|\.(lock|tmp)$/.test(name));
      return [...ofRuns, ...(await namesIn(join(bench.home.home, 'own-runs')))];
    };
  });
}

/** A small generator of numbers from 0 to 1, the same for the same seed. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
