import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { isProcessAlive } from '../../src/state/processes';
import { nativeCodex } from '../support/nativeCodex';
import { processesOf, waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { rowBecomes } from './editorWindow';
import { WindowProcess } from './windowProcess';

/** Heeds no signal that can be ignored. */
const stubborn = 'sh -c "trap : TERM HUP INT; sleep 8642; sleep 8642"';

describe('the command of a window that is killed with SIGKILL in mid-turn', () => {
  let bench: TaskBench;
  beforeEach(async () => (bench = await TaskBench.open({ stateLayout: 'workspace' })));
  afterEach(() => bench.close());

  /** Kills the window once the command runs, and waits for the end of all that it has started; gives the thread. */
  const crash = async (sandbox: string, command: string): Promise<string> => {
    const { root, folder, home } = bench;
    await mkdir(root.path, { mode: 0o700 });
    await writeFile(root.configFile, JSON.stringify({ sandbox }));
    const place = { root: root.path, cwd: folder, env: home.env, layout: 'workspace' } as const;
    const window = await WindowProcess.open({ ...place, codex: await nativeCodex() });
    const threadId = await window.run(`run:'${command}'`);
    await waitUntil(async () => (await sleeping()) > 0, { timeoutMs: 15_000, what: 'the command to run' });
    await rowBecomes(bench.store, threadId, 'running, anotherWindow');
    const { ownerPid = 0 } = bench.store.get(threadId) ?? {};
    await window.crash();
    const isGone = async (): Promise<boolean> => !isProcessAlive(ownerPid) && (await sleeping()) === 0;
    await waitUntil(isGone, { timeoutMs: 5_000, what: 'codex and its commands to end' });
    return threadId;
  };
  const sleeping = async (): Promise<number> =>
    (await processesOf(bench.home.home)).filter(({ command }) => command === 'sleep 8642').length;

  for (const sandbox of ['workspace-write', 'danger-full-access']) {
    it(`13 · ends with it, whatever signals it ignores and in whatever session it is (${sandbox})`, async () => {
      const threadId = await crash(sandbox, `setsid ${stubborn} & ${stubborn}`);
      await rowBecomes(bench.store, threadId, 'interrupted, nobody');
      // Nobody has forgotten what the next window offers to resume.
      assert.deepEqual(await bench.ownRuns.repair(), [threadId]);
    });
  }
});
