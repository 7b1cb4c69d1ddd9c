import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { writeKillSignal } from '../../src/state/killSignals';
import type { StateFolder } from '../../src/state/stateFolder';
import { waitUntil } from '../support/processes';
import { rowBecomes, rowText, statesOfRow, type EditorWindow } from './editorWindow';
import type { OutsideProcess } from './outsideProcess';
import { ScratchShare } from './scratchShare';
import { givenIndex, leftovers, namesIn, records, statuses, threadIdOf } from './stateFiles';

const generations = ['A', 'B'] as const;
type Generation = (typeof generations)[number];
const threadId = threadIdOf('0a0a0a0a');

let share: ScratchShare;
let window: EditorWindow;
let folder: StateFolder;
let elsewhere: StateFolder;

/** A window, and the folders of one generation and of the other. */
async function open(generation: Generation): Promise<void> {
  share = await ScratchShare.create();
  window = await share.window();
  folder = await share.folder(window, generation);
  elsewhere = await share.folder(window, generation === 'A' ? 'B' : 'A');
}

/** A turn of an outside runner that has begun. */
async function startRun(generation: Generation, prompt: string): Promise<OutsideProcess> {
  const run = share.outside.start(`generation${generation}.mjs`, 'run', prompt, '--thread', threadId);
  await hasBegun(generation);
  return run;
}

async function hasBegun(generation: Generation): Promise<void> {
  await rowBecomes(window.store, threadId, 'running, cli');
  await waitUntil(async () => (await namesIn(folder.pidsDir)).length === 1, {
    ...{ timeoutMs: 15_000, what: 'the pid file' },
  });
  if (generation === 'A') return;
  const isUnderWay = async (): Promise<boolean> => (await records(folder)).at(-1)?.phase === 'running';
  await waitUntil(isUnderWay, { timeoutMs: 15_000, what: 'the turn to start' });
}

/** A thread whose first turn is over; its short id. */
async function finishedThread(generation: Generation): Promise<string> {
  const command =
    generation === 'A' ? share.outside.a.bind(share.outside) : share.outside.b.bind(share.outside);
  const { code, stderr } = await command('run', 'say:first', '--thread', threadId);
  assert.equal(code, 0, stderr);
  return Object.keys(await statuses(folder)).join();
}

async function resume(generation: Generation, shortId: string): Promise<number | null> {
  const program = `generation${generation}.mjs`;
  return (await share.outside.start(program, 'run', 'say:second', '--resume', shortId).ended).code;
}

describe('a kill signal of ours for a run of the CLI', () => {
  afterEach(() => share.dispose());

  it('7 · ends a run of generation A', async () => {
    await open('A');
    const run = await startRun('A', 'stream:25');
    await writeKillSignal(folder, threadId, '');
    assert.equal((await run.ended).code, 1);
    assert.deepEqual(Object.values(await statuses(folder)), ['interrupted']);
    assert.deepEqual(await leftovers(folder), []);
    await rowBecomes(window.store, threadId, 'interrupted, nobody');
  });

  it('8 · ends a run of generation B', async () => {
    await open('B');
    const run = await startRun('B', 'stream:25');
    await writeKillSignal(folder, threadId, String(run.pid));
    assert.equal((await run.ended).code, 4);
    assert.deepEqual(Object.values(await statuses(folder)), ['interrupted']);
    const [record] = await records(folder);
    assert.deepEqual([record?.status, record?.error], ['interrupted', 'Thread killed by user']);
    assert.deepEqual(await leftovers(folder), []);
    await rowBecomes(window.store, threadId, 'interrupted, nobody');
  });

  it('9 · for another live process does nothing to a run of generation B, and stays', async () => {
    await open('B');
    const run = await startRun('B', 'stream:1');
    const states = statesOfRow(window.store, threadId);
    await writeKillSignal(folder, threadId, String(share.outside.idle().pid));
    assert.equal((await run.ended).code, 0);
    assert.deepEqual(await namesIn(folder.killSignalsDir), [threadId]);
    await rowBecomes(window.store, threadId, 'completed, nobody');
    assert.deepEqual(states, ['running, cli', 'completed, nobody']);
  });

  for (const generation of generations) {
    it(`10 · in the folder of the other generation does nothing to a run of generation ${generation}, and stays`, async () => {
      await open(generation);
      const run = await startRun(generation, 'stream:1');
      const states = statesOfRow(window.store, threadId);
      await elsewhere.ensure();
      await writeKillSignal(elsewhere, threadId, generation === 'A' ? '*' : '');
      assert.equal((await run.ended).code, 0);
      assert.deepEqual(await namesIn(elsewhere.killSignalsDir), [threadId]);
      await rowBecomes(window.store, threadId, 'completed, nobody');
      assert.deepEqual(states, ['running, cli', 'completed, nobody']);
    });

    for (const content of generation === 'A' ? [''] : ['', '*']) {
      it(`11 · '${content}' that is 5 s old does not end the next run of generation ${generation}`, async () => {
        await open(generation);
        const shortId = await finishedThread(generation);
        await writeKillSignal(folder, threadId, content);
        const before = new Date(Date.now() - 5000);
        await utimes(folder.killSignalFile(threadId), before, before);
        assert.equal(await resume(generation, shortId), 0);
        assert.deepEqual(await leftovers(folder), []);
        await rowBecomes(window.store, threadId, 'completed, nobody');
      });
    }
  }

  for (const content of ['', '*']) {
    it(`12 · '${content}' that was just written ends the next run of generation B`, async () => {
      await open('B');
      const shortId = await finishedThread('B');
      await writeKillSignal(folder, threadId, content);
      const soon = new Date(Date.now() + 5000); // as new as it can be, however long the run takes to begin
      await utimes(folder.killSignalFile(threadId), soon, soon);
      assert.equal(await resume('B', shortId), 4);
      assert.deepEqual(await leftovers(folder), []);
      await rowBecomes(window.store, threadId, 'interrupted, nobody');
    });
  }

  it('17 · a folder in its place: generation A cannot kill, and for us too the thread just runs on', async () => {
    await open('A');
    const owner = share.outside.idle();
    await folder.ensure();
    await writeFile(folder.pidFile('0a0a0a0a'), String(owner.pid));
    await mkdir(folder.killSignalFile(threadId));
    await givenIndex(folder, { '0a0a0a0a': { lastStatus: 'running' } });
    const { code, stdout } = await share.outside.a('kill', '0a0a0a0a');
    assert.equal(code, 0);
    assert.match(stdout, /Could not signal thread 0a0a0a0a/);
    assert.deepEqual(await statuses(folder), { '0a0a0a0a': 'running' });
    assert.deepEqual(await namesIn(folder.pidsDir), ['0a0a0a0a']);
    await assert.rejects(writeKillSignal(folder, threadId, ''));
    await window.state.refresh();
    assert.equal(rowText(window.store.get(threadId)), 'running, cli');
  });
});

describe('a kill signal that has been written and not been taken yet', () => {
  afterEach(() => share.dispose());

  const given = async (generation: Generation): Promise<number> => {
    await open(generation);
    const { pid } = share.outside.idle();
    await folder.ensure();
    await writeFile(folder.pidFile('0a0a0a0a'), String(pid));
    await givenIndex(folder, { '0a0a0a0a': { lastStatus: 'running' } });
    await rowBecomes(window.store, threadId, 'running, cli');
    return pid;
  };

  it('7 · shows a thread of generation A as stopping', async () => {
    await given('A');
    await writeKillSignal(folder, threadId, '');
    await rowBecomes(window.store, threadId, 'stopping, cli');
  });

  it('8 · shows a thread of generation B as stopping when it is meant for its owner', async () => {
    const pid = await given('B');
    for (const content of [String(pid), '*']) {
      await writeKillSignal(folder, threadId, content);
      await rowBecomes(window.store, threadId, 'stopping, cli');
    }
  });

  it('9 · shows a thread of generation B as running when it is meant for another process', async () => {
    await given('B');
    await writeKillSignal(folder, threadId, String(share.outside.idle().pid));
    await window.state.refresh();
    assert.equal(rowText(window.store.get(threadId)), 'running, cli');
  });
});
