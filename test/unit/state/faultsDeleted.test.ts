import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { errorText, UserError } from '../../../src/base/userError';
import { repairLostRun } from '../../../src/state/lostRun';
import { newSessionId } from '../../../src/state/ownSession';
import { RunFiles } from '../../../src/state/runFiles';
import { readRunRecord } from '../../../src/state/runRecords';
import type { StateFolder } from '../../../src/state/stateFolder';
import { onFaultyDisk, type DiskOperation } from './faultyDisk';
import { leftovers, quickLock, someKey, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const pid = 4_000_001;
const outcome = { status: 'completed', output: 'Hello.', filesChanged: [], commandsRun: [] } as const;

/** What a run does, one after the other. */
const steps: Record<string, (run: RunFiles) => unknown> = {
  'the turn begins': (run) => run.turnStarted(),
  'a first line is logged': (run) => {
    run.log.append('one');
    return run.log.flush();
  },
  'a second line is logged': (run) => {
    run.log.append('two');
    return run.log.flush();
  },
  'it is kept fresh': (run) => run.keepFresh(),
  'it ends': (run) => run.finish(outcome),
};

describe('what was deleted from outside during a run', () => {
  const root = useScratchRoot(quickLock);

  const begin = async (folder: StateFolder): Promise<RunFiles> =>
    await RunFiles.begin({
      ...{ folder, threadId, pid, prompt: 'p', model: 'm', cwd: '/w', log: silentLog },
      sessionId: newSessionId(),
    });

  /** Does one step after the other, `before` looking at each operation on the disk; gives the errors back. */
  const live = async (run: RunFiles, before: (operation: DiskOperation) => void): Promise<unknown[]> => {
    const errors: unknown[] = [];
    const observe = (operation: DiskOperation): undefined => {
      before(operation);
    };
    await onFaultyDisk(observe, async () => {
      for (const step of Object.values(steps)) {
        try {
          await step(run);
        } catch (error) {
          errors.push(error);
        }
      }
    });
    return errors;
  };

  for (const layout of ['global', 'workspace'] as const) {
    const folderOf = (): StateFolder => (layout === 'global' ? root().global : root().workspace(someKey));

    it(`the whole root, at whichever moment: nothing of it comes back (${layout} layout)`, async () => {
      for (let moment = 0; ; moment++) {
        const run = await begin(folderOf());
        const seen: DiskOperation[] = [];
        const errors = await live(run, (operation) => {
          if (seen.push(operation) === moment + 1) rmSync(root().path, { recursive: true });
        });
        if (seen.length <= moment) return; // it was over before that
        assert.equal(existsSync(root().path), false, `moment ${moment}`);
        for (const error of errors) assert.ok(error instanceof UserError, errorText(error));
      }
    });

    it(`the entry of the thread, at whichever moment: it does not come back (${layout} layout)`, async () => {
      const folder = folderOf();
      for (let moment = 0; ; moment++) {
        const run = await begin(folder);
        const seen: DiskOperation[] = [];
        const removedAt: DiskOperation[] = [];
        const errors = await live(run, (operation) => {
          // Whoever deletes it waits for our lock.
          if (seen.push(operation) <= moment || removedAt.length > 0 || existsSync(folder.indexLockFile))
            return;
          removedAt.push(operation);
          removeEntry(folder, run.shortId);
        });
        if (removedAt.length === 0) return;
        assert.deepEqual(errors, []);
        assert.equal(
          (await readFile(folder.indexFile, 'utf8')).includes(threadId),
          false,
          `moment ${moment}`,
        );
        assert.deepEqual(await readdir(folder.pidsDir), []);
        assert.deepEqual(await leftovers(root().path), []);
      }
    });

    for (const [n, before] of Object.keys(steps).entries()) {
      it(`the thread with all its files, before ${before}: none comes back (${layout} layout)`, async () => {
        const folder = folderOf();
        const run = await begin(folder);
        const all = Object.values(steps);
        for (const step of all.slice(0, n)) await step(run);
        await writeFile(folder.indexFile, '{}');
        await rm(layout === 'global' ? run.logFile : dirname(run.logFile), { recursive: true, force: true });
        await rm(folder.pidFile(run.shortId));
        if (layout === 'workspace') await rm(folder.runRecordFile(run.runId));
        for (const step of all.slice(n)) await step(run);
        assert.equal(await run.finish(outcome), 'deleted');
        for (const dir of [folder.pidsDir, folder.logsDir, folder.killSignalsDir]) {
          assert.deepEqual(await readdir(dir), [], dir);
        }
        if (folder.runsDir !== undefined) assert.deepEqual(await readdir(folder.runsDir), []);
        assert.equal(await readFile(folder.indexFile, 'utf8'), '{}');
      });
    }
  }

  it('its record alone, before the turn begins, in the middle and before the end: it stays away', async () => {
    const folder = root().workspace(someKey);
    for (let n = 0; n <= Object.keys(steps).length - 1; n++) {
      const run = await begin(folder);
      const all = Object.values(steps);
      for (const step of all.slice(0, n)) await step(run);
      await rm(folder.runRecordFile(run.runId));
      for (const step of all.slice(n)) await step(run);
      assert.equal(await run.finish(outcome), 'written');
      assert.equal(existsSync(folder.runRecordFile(run.runId)), false);
    }
  });

  it('the folder of the logs alone: the run ends, and says that its log could not be written', async () => {
    const folder = root().workspace(someKey);
    const run = await begin(folder);
    await rm(folder.logsDir, { recursive: true });
    await assert.rejects(run.finish(outcome), (error) => {
      assert.ok(error instanceof UserError && error.message.includes(run.logFile), errorText(error));
      return true;
    });
    const reading = await readRunRecord(folder, run.runId);
    assert.equal(reading.kind === 'ok' && reading.record.status, 'completed');
  });

  it('makes a lost run nothing that has to be repaired', async () => {
    for (const folder of [root().global, root().workspace(someKey)]) {
      const { shortId, runId } = await begin(folder);
      await rm(root().path, { recursive: true });
      assert.equal(await repairLostRun(folder, { shortId, threadId, runId, pid }, 'VS Code ended'), false);
      assert.equal(existsSync(root().path), false);
    }
  });

  it('is not what a slow disk does: the end of a run comes after its beginning', async () => {
    const folder = root().workspace(someKey);
    const run = await begin(folder);
    const record = folder.runRecordFile(run.runId);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const renames: string[] = [];
    const hold = ({ name, path }: DiskOperation): Promise<void> | undefined =>
      name === 'rename' && path === record && renames.push(path) === 1 ? held : undefined;
    await onFaultyDisk(hold, async () => {
      const begun = run.turnStarted();
      const ended = run.finish(outcome);
      // As long as it takes the rest of the end to be written.
      while (existsSync(folder.pidFile(run.shortId)) && !existsSync(run.logFile)) {
        await new Promise((done) => setTimeout(done, 5));
      }
      await new Promise((done) => setTimeout(done, 50));
      release();
      await Promise.all([begun, ended]);
    });
    assert.equal(renames.length, 2);
    const { status, phase } = JSON.parse(await readFile(record, 'utf8')) as Record<string, unknown>;
    assert.deepEqual([status, phase], ['completed', 'finalizing']);
  });
});

function removeEntry(folder: StateFolder, shortId: string): void {
  const index = JSON.parse(readFileSync(folder.indexFile, 'utf8')) as Record<string, unknown>;
  const others = Object.entries(index).filter(([key]) => key !== shortId);
  writeFileSync(folder.indexFile, JSON.stringify(Object.fromEntries(others)));
}
