import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import type { Disposable } from '../../../src/base/disposable';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import {
  clearStaleKillSignal,
  isSignalFor,
  readKillSignal,
  removeKillSignal,
  removeOwnKillSignal,
  writeKillSignal,
  type KillSignal,
} from '../../../src/state/killSignals';
import { watchKillSignals, type KillSignalWatchOptions } from '../../../src/state/killSignalWatch';
import type { StateFolder } from '../../../src/state/stateFolder';
import { someKey, until, useScratchRoot } from './scratchRoot';

const thread = '01a202fc-15c7-7880-9341-97614e04765e';
const ownPid = 4_000_001; // beyond what Linux hands out: surely dead
const deadPid = 4_000_002;

describe('kill signals', () => {
  const root = useScratchRoot();
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
    await root().global.ensure();
  });

  it('appear in one step, with the pid in a workspace and empty in the global folder', async () => {
    await writeKillSignal(folder, thread, '4711');
    await writeKillSignal(root().global, thread, '');
    assert.equal(await readFile(folder.killSignalFile(thread), 'utf8'), '4711');
    assert.equal(await readFile(root().global.killSignalFile(thread), 'utf8'), '');
    assert.deepEqual(await readdir(folder.killSignalsDir), [thread]);
    assert.deepEqual(
      (await readdir(folder.path)).filter((name) => name.includes('tmp')),
      [],
    );
  });

  it('are meant for everybody, or for one pid', async () => {
    for (const [content, isMeant] of Object.entries({
      '': true,
      '*': true,
      [ownPid]: true,
      ' 7\n': false,
      x: false,
    })) {
      await writeFile(folder.killSignalFile(thread), content);
      const signal = await readKillSignal(folder, thread);
      assert.ok(signal !== undefined);
      assert.equal(isSignalFor(signal, ownPid), isMeant, JSON.stringify(content));
    }
    assert.equal(await readKillSignal(folder, 'another'), undefined);
  });

  it('caught between creation and content are not taken for "everybody"', async () => {
    writeFileSync(folder.killSignalFile(thread), '');
    const reading = readKillSignal(folder, thread);
    setTimeout(() => writeFileSync(folder.killSignalFile(thread), '77'), 5);
    assert.equal((await reading)?.content, '77');
  });

  it('that are a folder kill nobody, stay, and refuse a new signal', async () => {
    await mkdir(folder.killSignalFile(thread));
    const signal = await readKillSignal(folder, thread);
    assert.equal(signal?.isDirectory, true);
    assert.equal(isSignalFor(signal, ownPid), false);
    await removeKillSignal(folder, thread);
    await clearStaleKillSignal(folder, thread, ownPid, new Date(Date.now() + 60_000));
    assert.ok(existsSync(folder.killSignalFile(thread)));
    await assert.rejects(writeKillSignal(folder, thread, '1'), UserError);
    assert.deepEqual(
      (await readdir(folder.path)).filter((name) => name.includes('tmp')),
      [],
    );
  });

  it('of an earlier turn are cleared, those of this moment and of live processes stay', async () => {
    const old = new Date(Date.now() - 5000);
    const file = folder.killSignalFile(thread);
    const staysAt = async (content: string, at: Date): Promise<boolean> => {
      await writeFile(file, content);
      await utimes(file, at, at);
      await clearStaleKillSignal(folder, thread, ownPid, new Date());
      return existsSync(file);
    };
    for (const content of ['', '*', String(ownPid), String(deadPid), 'garbage', '-1']) {
      assert.equal(await staysAt(content, old), false, content);
    }
    assert.equal(await staysAt(String(process.pid), old), true);
    for (const content of ['', '*', String(ownPid)]) {
      assert.equal(await staysAt(content, new Date(Date.now() + 60_000)), true, content);
    }
  });

  it('are removed by those they are meant for', async () => {
    await writeKillSignal(folder, thread, String(deadPid));
    await removeOwnKillSignal(folder, thread, ownPid);
    assert.ok(existsSync(folder.killSignalFile(thread)));
    await removeOwnKillSignal(folder, thread, deadPid);
    await removeOwnKillSignal(folder, thread, deadPid);
    assert.equal(existsSync(folder.killSignalFile(thread)), false);
  });

  describe('watched by a run', () => {
    const watches: Disposable[] = [];
    const seen: { signal: KillSignal; folder: StateFolder }[] = [];
    const warnings: string[] = [];
    afterEach(() => {
      seen.length = 0;
      warnings.length = 0;
      for (const watch of watches.splice(0)) watch.dispose();
    });
    const watch = (options: Partial<KillSignalWatchOptions> = {}): void => {
      watches.push(
        watchKillSignals({
          folders: [folder, root().global],
          threadId: thread,
          pid: ownPid,
          onSignal: (signal, where) => seen.push({ signal, folder: where }),
          log: { ...silentLog, warn: (message) => warnings.push(message) },
          ...options,
        }),
      );
    };

    it('are seen when they lie there already', async () => {
      await writeKillSignal(folder, thread, String(ownPid));
      watch({ pollMs: 1e6 });
      await until('the signal is seen', () => seen.length > 0);
      assert.equal(seen[0]?.folder, folder);
    });

    it('are brought by file events, once', async () => {
      watch({ pollMs: 1e6 });
      await new Promise((done) => setTimeout(done, 200)); // past the first look
      await writeKillSignal(root().global, 'other-thread', '');
      await writeKillSignal(folder, thread, String(deadPid));
      await writeKillSignal(root().global, thread, '');
      await writeKillSignal(folder, thread, '*');
      await until('the signal is seen', () => seen.length > 0);
      await writeKillSignal(root().global, thread, '');
      await new Promise((done) => setTimeout(done, 50));
      assert.equal(seen.length, 1);
    });

    it('are found by the poll in a folder that comes late', async () => {
      await rm(folder.path, { recursive: true });
      watch({ pollMs: 20, folders: [folder] });
      await folder.ensure();
      await writeKillSignal(folder, thread, String(ownPid));
      await until('the signal is seen', () => seen.length > 0);
    });

    it('do not end the watch when they cannot be read, and the log is not flooded', async () => {
      await mkdir(folder.killSignalFile(thread));
      watch({ pollMs: 5 });
      await until('a warning', () => warnings.length > 0);
      await new Promise((done) => setTimeout(done, 50));
      assert.equal(warnings.length, 1);
      await rm(folder.killSignalFile(thread), { recursive: true });
      await writeKillSignal(folder, thread, '*');
      await until('the signal is seen', () => seen.length > 0);
    });

    it("are nobody's any more after the end of the watch", async () => {
      watch({ pollMs: 5 });
      watches[0]?.dispose();
      await writeKillSignal(folder, thread, '*');
      await new Promise((done) => setTimeout(done, 50));
      assert.deepEqual(seen, []);
    });
  });
});
