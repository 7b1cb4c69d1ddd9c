import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { rowBecomes, rowText } from './editorWindow';
import { ScratchShare } from './scratchShare';
import {
  givenIndex,
  givenMigrated,
  givenRecord,
  longAgo,
  namesIn,
  readJson,
  records,
  statuses,
  threadIdOf,
} from './stateFiles';

const says = ['dead pid', 'no number', 'empty', 'missing', 'somebody else'] as const;
const shortIds = says.map((_, index) => `0000000${index}`);
const expected = ['interrupted', 'interrupted', 'interrupted', 'running', 'running'];
const left = shortIds.slice(4);

describe('entries that say running', () => {
  let share: ScratchShare;
  beforeEach(async () => (share = await ScratchShare.create()));
  afterEach(() => share.dispose());

  /** A thread for each kind of pid file; the last one names the first process of the system, not ours. */
  const given = async (generation: 'A' | 'B'): ReturnType<ScratchShare['folder']> => {
    const window = await share.window();
    const folder = await share.folder(window, generation);
    await window.dispose(); // only its paths are needed: nobody is to look yet
    await folder.ensure();
    const gone = share.outside.idle();
    await gone.kill();
    const texts = [String(gone.pid), 'abc', '', undefined, '1'];
    for (const [index, text] of texts.entries()) {
      if (text !== undefined) await writeFile(folder.pidFile(shortIds[index] ?? ''), text);
    }
    if (generation === 'B') {
      await givenMigrated(folder);
      for (const shortId of shortIds) {
        const run = { runId: `run-m0000000-${shortId.slice(2)}`, shortId, threadId: threadIdOf(shortId) };
        await givenRecord(folder, { ...run, status: 'running', phase: 'running' });
      }
    }
    await givenIndex(folder, Object.fromEntries(shortIds.map((id) => [id, { lastStatus: 'running' }])));
    return folder;
  };

  for (const generation of ['A', 'B'] as const) {
    const list = generation === 'A' ? ['generationA.mjs', 'jobs'] : ['generationB.mjs', 'threads'];
    const listed = async (): Promise<string[]> => {
      const [program = '', command = ''] = list;
      const { stdout } = await share.outside.start(program, command, '--json').ended;
      const rows = JSON.parse(stdout) as { shortId: string; status: string }[];
      return rows.sort((a, b) => (a.shortId < b.shortId ? -1 : 1)).map(({ status }) => status);
    };

    it(`13 · generation ${generation} repairs those whose owner is dead, and we see the same`, async () => {
      const folder = await given(generation);
      assert.deepEqual(await listed(), expected);
      assert.deepEqual(await namesIn(folder.pidsDir), left);
      const { store } = await share.window();
      const rows = shortIds.map((shortId) => store.get(threadIdOf(shortId))?.status);
      assert.deepEqual(rows, expected);
    });

    it(`13 · we repair the same, and generation ${generation} finds nothing left to do`, async () => {
      const folder = await given(generation);
      const before = await records(folder);
      const { store } = await share.window();
      await waitUntil(async () => (await namesIn(folder.pidsDir)).length === left.length, {
        ...{ timeoutMs: 15_000, what: 'the pid files to go' },
      });
      assert.deepEqual(Object.values(await statuses(folder)), expected);
      const index = await readFile(folder.indexFile, 'utf8');
      assert.deepEqual(await listed(), expected);
      assert.equal(await readFile(folder.indexFile, 'utf8'), index);
      assert.deepEqual(await records(folder), before);
      for (const [position, shortId] of shortIds.entries()) {
        const status = expected[position];
        const row = status === 'running' ? 'running, cli' : 'interrupted, nobody';
        await rowBecomes(store, threadIdOf(shortId), row);
      }
    });
  }
});

describe('a listing that cannot see the process of our run', () => {
  it('13 · sets it to interrupted: the run goes on and writes its own end', async () => {
    const bench = await TaskBench.open({ stateLayout: 'workspace' });
    try {
      const run = await bench.run('stream:2');
      await waitUntil(() => run.unfinishedText !== '', { timeoutMs: 15_000, what: 'some text' });
      const folder = await bench.root.workspaceOf(bench.folder);
      const entry = (await readJson(folder.indexFile))[run.shortId] as object;
      const flipped = { [run.shortId]: { ...entry, lastStatus: 'interrupted', updatedAt: longAgo } };
      await writeFile(folder.indexFile, JSON.stringify(flipped));
      await bench.state.refresh();
      assert.equal(rowText(bench.store.get(run.threadId)), 'running, thisWindow');
      assert.equal((await run.ended).status, 'completed');
      assert.deepEqual(await statuses(folder), { [run.shortId]: 'completed' });
      await rowBecomes(bench.store, run.threadId, 'completed, nobody');
    } finally {
      await bench.close();
    }
  });
});
