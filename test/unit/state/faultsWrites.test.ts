import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog, type Log } from '../../../src/base/log';
import { errorText, UserError } from '../../../src/base/userError';
import { DeadOwners } from '../../../src/state/deadOwners';
import { interruptIfStillRunning } from '../../../src/state/foreignKill';
import { removeOwnKillSignal, writeKillSignal } from '../../../src/state/killSignals';
import { repairLostRun } from '../../../src/state/lostRun';
import { newSessionId } from '../../../src/state/ownSession';
import { removePidFileIfOurs, touchPidFile, writePidFile } from '../../../src/state/pidFiles';
import { RunFiles } from '../../../src/state/runFiles';
import type { RunOutcome } from '../../../src/state/runOutcome';
import { createRunRecord, patchRunRecord } from '../../../src/state/runRecords';
import type { StateRoot } from '../../../src/state/stateRoot';
import type { StateFolder } from '../../../src/state/stateFolder';
import { removeThreadFiles } from '../../../src/state/threadRemoval';
import { parseIndex, readIndex, updateIndex } from '../../../src/state/threadIndex';
import { diskError, isBelow, isHitBy, onFaultyDisk, type DiskOperation } from './faultyDisk';
import { leftovers, quickLock, someKey, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
/** Beyond what any system hands out: surely dead. */
const pid = 4_000_001;
const old = { threadId: 'old', createdAt: '2026-01-02T03:04:05.678Z', lastStatus: 'completed', 'x.own': [1] };
const outcome: RunOutcome = { status: 'completed', output: 'Hello.', filesChanged: [], commandsRun: [] };
const codes = ['ENOSPC', 'EACCES', 'EROFS', 'EMFILE'];

/** One way to write: what has to be there first, and what then meets the fault. */
type Writing = (folder: StateFolder) => Promise<() => unknown>;

/** What the program says of faults that no caller hears of. */
const logged: string[] = [];
const warn = (message: string): void => void logged.push(message);
const log: Log = { ...silentLog, warn, error: warn };

const begin = (folder: StateFolder): Promise<RunFiles> =>
  RunFiles.begin({
    ...{ folder, threadId, pid, prompt: 'p', model: 'm', cwd: '/w', log },
    sessionId: newSessionId(),
  });

const begun =
  (use: (run: RunFiles, folder: StateFolder) => unknown): Writing =>
  async (folder) => {
    const run = await begin(folder);
    await writeFile(folder.killSignalFile(threadId), '*');
    return () => use(run, folder);
  };

const writings: Record<string, Writing> = {
  'making the folder': (folder) => Promise.resolve(() => folder.ensure()),
  'changing the index': (folder) =>
    Promise.resolve(() => updateIndex(folder, (draft) => draft.set('new', { threadId: 'new' }))),
  'writing a pid file': (folder) => Promise.resolve(() => writePidFile(folder, 'new', 1)),
  'removing a pid file': async (folder) => {
    await writePidFile(folder, 'new', 1);
    return () => removePidFileIfOurs(folder, 'new', 1);
  },
  'touching a pid file': async (folder) => {
    await writePidFile(folder, 'new', 1);
    return () => touchPidFile(folder, 'new');
  },
  'sending a kill signal': (folder) => Promise.resolve(() => writeKillSignal(folder, threadId, '*')),
  'removing a kill signal': async (folder) => {
    await writeKillSignal(folder, threadId, '*');
    return () => removeOwnKillSignal(folder, threadId, pid);
  },
  'creating a run record': (folder) =>
    Promise.resolve(() => createRunRecord(folder, { runId: 'run-1', threadId, shortId: 's' })),
  'changing a run record': begun((run, folder) => patchRunRecord(folder, run.runId, { phase: 'running' })),
  'appending to a log': begun((run) => {
    run.log.append('one');
    run.log.agentOutput('two');
    return run.log.flush();
  }),
  'beginning a run': (folder) => Promise.resolve(() => begin(folder)),
  'saying that the turn has started': begun((run) => run.turnStarted()),
  'keeping a run fresh': begun((run) => run.keepFresh()),
  'finishing a run': begun((run) => run.finish(outcome)),
  'finishing a run without waiting': begun((run) => run.finishSync(outcome)),
  'repairing a lost run': begun((run, folder) =>
    repairLostRun(folder, { shortId: run.shortId, threadId, runId: run.runId, pid }, 'VS Code ended'),
  ),
  'writing the end of a run that was killed': begun((run, folder) =>
    interruptIfStillRunning(folder, run.shortId, threadId, pid),
  ),
  'removing a thread': begun(async (run, folder) => {
    await removeThreadFiles(folder, run.shortId, threadId);
  }),
  'repairing a thread whose owner died': async (folder) => {
    const { shortId } = await begin(folder);
    const reading = await readIndex(folder);
    const entry = (reading.kind === 'ok' ? reading.entries.get(shortId) : undefined) ?? assert.fail();
    const thread = { folder, shortId, entry, killSignal: undefined, approvals: [], latestRun: undefined };
    const owners = new DeadOwners(log, () => new Set());
    return () => owners.repair([{ ...thread, owner: { kind: 'dead' } }]);
  },
};

/** Every file below a folder with its text. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name));
  return new Map(
    await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'utf8')] as const)),
  );
}

/** Fails the operations that `hits` names; tells which they were, and of all those that wrote, where. */
class Fault {
  readonly hit: DiskOperation[] = [];
  readonly written: string[] = [];
  count = 0;
  readonly #code: string;
  readonly #hits: (n: number) => boolean;

  constructor(code: string, hits: (n: number) => boolean) {
    this.#code = code;
    this.#hits = hits;
  }

  readonly before = (operation: DiskOperation): undefined => {
    if (operation.isWrite) this.written.push(operation.path);
    if (!isHitBy(this.#code, operation) || operation.path.startsWith('/proc/')) return;
    if (!this.#hits(this.count++)) return;
    this.hit.push(operation);
    throw diskError(this.#code, operation);
  };
}

describe('a disk that refuses', () => {
  const root = useScratchRoot(quickLock);
  let round = 0;

  /** A folder of its own in the scratch root, with one old thread. */
  const givenFolder = async (layout: string): Promise<StateFolder> => {
    const folder = layout === 'global' ? root().global : freshWorkspace(root(), round++);
    await folder.ensure();
    await writeFile(folder.indexFile, JSON.stringify({ old }, null, 2));
    return folder;
  };

  const attempt = async (writing: Writing, folder: StateFolder, fault: Fault): Promise<unknown> => {
    const work = await writing(folder);
    logged.length = 0;
    return await onFaultyDisk(fault.before, async () => {
      try {
        await work();
        return undefined;
      } catch (error) {
        return error;
      }
    });
  };

  /** What has to hold whatever was refused. */
  const assertSound = async (folder: StateFolder, fault: Fault, error: unknown): Promise<void> => {
    if (error !== undefined) {
      assert.ok(error instanceof UserError, errorText(error));
      assert.match(error.message, /disk is full|permission denied|read-only|too many files/);
      assert.ok(error.message.includes(folder.path), error.message);
    }
    for (const line of logged) assert.ok(line.includes(folder.path), line);
    assert.equal(new Set(logged).size, logged.length, logged.join('\n'));
    assert.deepEqual(
      fault.written.filter((path) => !isBelow(folder.path, path)),
      [],
    );
    const content = await contentOf(folder.path);
    const parsed = parseIndex(content.get(folder.indexFile) ?? '');
    assert.ok(parsed.kind === 'ok');
    assert.deepEqual(parsed.entries.get('old')?.raw, old);
    for (const [file, text] of content) {
      if (file.endsWith('.json')) assert.doesNotThrow(() => JSON.parse(text) as unknown, file);
    }
    const couldTidy = !fault.hit.some(({ name }) => ['unlink', 'rm'].includes(name));
    if (couldTidy) assert.deepEqual(await leftovers(folder.path), []);
  };

  for (const [what, writing] of Object.entries(writings)) {
    it(`while ${what} loses nothing, leaves nothing and says which file`, async () => {
      let hits = 0;
      for (const code of codes) {
        const all = new Fault(code, () => false);
        const untouched = await givenFolder('workspace');
        assert.equal(await attempt(writing, untouched, all), undefined);
        // These two hit the same: each moment of one of them is enough.
        const moments = code === 'EACCES' ? 1 : all.count;
        for (let n = 0; n < moments; n++) {
          for (const isHit of [(at: number) => at === n, (at: number) => at >= n]) {
            const folder = await givenFolder('workspace');
            const fault = new Fault(code, isHit);
            const error = await attempt(writing, folder, fault);
            await assertSound(folder, fault, error).catch((reason: unknown) => {
              const at = fault.hit.map(({ name, path }) => `${name} ${path}`).join(', ');
              throw new Error(`${code} at ${at}: ${errorText(reason)}`, { cause: reason });
            });
            hits += fault.hit.length;
          }
        }
      }
      assert.ok(hits > 0, 'nothing was refused');
    });
  }

  it('at the end of a run in the global layout loses nothing, and keeps the pid file of a run that still says running', async () => {
    for (const code of codes) {
      const folder = await givenFolder('global');
      const fault = new Fault(code, () => true);
      const error = await attempt(writings['finishing a run'] ?? assert.fail(), folder, fault);
      assert.ok(error instanceof UserError, errorText(error));
      await assertSound(folder, fault, error);
      const index = JSON.parse(await readFile(folder.indexFile, 'utf8')) as Record<string, object>;
      const [shortId = ''] = Object.keys(index).filter((key) => key !== 'old');
      assert.equal((index[shortId] as { lastStatus: string }).lastStatus, 'running');
      assert.deepEqual(await readdir(folder.pidsDir), [shortId]);
      await rm(folder.path, { recursive: true });
    }
  });

  it('names each file once in the error of a run whose end was refused', async () => {
    const folder = await givenFolder('workspace');
    const fault = new Fault('ENOSPC', () => true);
    const error = await attempt(writings['finishing a run'] ?? assert.fail(), folder, fault);
    assert.ok(error instanceof UserError);
    const sentences = error.message.match(/Cannot write [^:]+:/g) ?? [];
    assert.ok(sentences.length >= 3, error.message);
    assert.equal(new Set(sentences).size, sentences.length, error.message);
  });

  it('a kill signal once, is told once, and the run hears of the kill when the disk is back', async () => {
    const folder = await givenFolder('workspace');
    const fault = new Fault('EACCES', () => true);
    const error = await attempt(
      (of) => Promise.resolve(() => writeKillSignal(of, threadId, '*')),
      folder,
      fault,
    );
    assert.ok(error instanceof UserError);
    assert.deepEqual(await readdir(folder.killSignalsDir), []);
    await writeKillSignal(folder, threadId, '*');
    assert.deepEqual(await readdir(folder.killSignalsDir), [threadId]);
  });
});

function freshWorkspace(root: StateRoot, n: number): StateFolder {
  return root.workspace(someKey.replace(/[0-9a-f]{16}$/, n.toString(16).padStart(16, '0')));
}
