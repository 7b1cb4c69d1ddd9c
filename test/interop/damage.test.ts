import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateFolder } from '../../src/state/stateFolder';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { rowBecomes, type EditorWindow } from './editorWindow';
import { Outside } from './outside';
import { ScratchShare } from './scratchShare';
import {
  givenFile,
  givenIndex,
  givenMigrated,
  givenRecord,
  longAgo,
  namesIn,
  records,
  statuses,
  threadIdOf,
} from './stateFiles';

const damaged = '{bad';
const threadId = threadIdOf('0a0a0a0a');

describe('a damaged index', () => {
  let share: ScratchShare;
  let window: EditorWindow;
  let folder: StateFolder;
  afterEach(() => share.dispose());

  /** A thread that a window shows, and then the damage; the window leaves that alone. */
  const given = async (generation: 'A' | 'B'): Promise<void> => {
    share = await ScratchShare.create();
    window = await share.window();
    folder = await share.folder(window, generation);
    await folder.ensure();
    if (generation === 'B') await givenMigrated(folder);
    await givenIndex(folder, { '0a0a0a0a': { lastStatus: 'completed' } });
    await rowBecomes(window.store, threadId, 'completed, nobody');
    await writeFile(folder.indexFile, damaged);
    await waitUntil(() => window.state.problems.length === 1, { timeoutMs: 15_000, what: 'a problem' });
    await rowBecomes(window.store, threadId, 'completed, nobody');
    assert.equal(await readFile(folder.indexFile, 'utf8'), damaged);
  };

  const setAside = async (): Promise<string[]> =>
    (await namesIn(folder.path)).filter((name) => name.startsWith('threads.json'));

  it('26 · is set aside by generation B, which fails once; we leave it alone, and go on with B', async () => {
    await given('B');
    const first = await share.outside.b('threads');
    assert.equal(first.code, 1);
    assert.match(first.stderr, /corrupted/);
    const second = await share.outside.b('threads');
    assert.equal(second.code, 0);
    assert.match(second.stdout, /No threads found/);
    assert.match((await setAside()).join(), /^threads\.json\.corrupt\.\d+$/);
    await rowBecomes(window.store, threadId, 'no row');
    assert.deepEqual(window.state.problems, []);
  });

  it('26 · is set aside by generation A, which goes on at once; we leave it alone, and go on with A', async () => {
    await given('A');
    const jobs = await share.outside.a('jobs');
    assert.equal(jobs.code, 0);
    assert.match(jobs.stdout, /No threads found/);
    assert.match((await setAside()).join(), /^threads\.json\.corrupt\.\d+$/);
    await rowBecomes(window.store, threadId, 'no row');
    assert.deepEqual(window.state.problems, []);
  });
});

describe('more run records than generation B keeps', () => {
  const shortIds = Array.from({ length: 60 }, (_, n) => n.toString(16).padStart(8, '0'));
  const dayOld = (shortId: string): boolean => shortId === shortIds[1];
  const fresh = (shortId: string): boolean => shortId === shortIds[2];

  /** 60 records that ended one after the other, but for two that say running, and one that is damaged. */
  const given = async (folder: StateFolder): Promise<void> => {
    await givenMigrated(folder);
    for (const [n, shortId] of shortIds.entries()) {
      const at = new Date(Date.parse(longAgo) + n * 60_000).toISOString();
      const startedAt = fresh(shortId) ? new Date().toISOString() : at;
      const isOpen = dayOld(shortId) || fresh(shortId);
      const end = isOpen ? { status: 'running' } : { completedAt: at };
      const logFile = `logs/${shortId}/run-m0000000-${shortId.slice(2)}.log`;
      const ids = { runId: `run-m0000000-${shortId.slice(2)}`, shortId, threadId: threadIdOf(shortId) };
      await givenRecord(folder, { ...ids, startedAt, logFile, ...end });
      await givenFile(join(folder.path, logFile), `${at} agent output:\nhello\n<<END_AGENT_OUTPUT>>\n`);
    }
    await givenFile(join(folder.path, 'runs', 'run-m0000000-ffffff.json'), damaged);
    await givenIndex(folder, Object.fromEntries(shortIds.map((id) => [id, { lastStatus: 'completed' }])));
  };

  it('27 · 50 are left, that of a live run of ours among them; rows and logs stay', async () => {
    const bench = await TaskBench.open({ stateLayout: 'workspace' });
    const outside = new Outside(bench.folder, bench.home.env);
    try {
      const folder = await bench.root.workspaceOf(bench.folder);
      await folder.ensure();
      await given(folder);
      const run = await bench.run('stream:20');
      await waitUntil(() => run.phase === 'running', { timeoutMs: 15_000, what: 'the turn' });
      assert.equal((await outside.b('run', 'say:done')).code, 0);
      const left = await records(folder);
      assert.equal(left.length, 50);
      const ofShortId = (shortId: string): unknown =>
        left.find((each) => each.shortId === shortId)?.status ?? 'gone';
      assert.deepEqual(
        [1, 2, 3].map((n) => ofShortId(shortIds[n] ?? '')),
        ['gone', 'running', 'gone'],
      );
      assert.equal(ofShortId(run.shortId), 'running');
      assert.equal((await namesIn(folder.logsDir)).filter((name) => shortIds.includes(name)).length, 60);
      run.stop('killed');
      await run.ended;
      assert.equal((await statuses(folder))[run.shortId], 'interrupted');
      assert.equal(
        (await records(folder)).find((each) => each.shortId === run.shortId)?.status,
        'interrupted',
      );
      await rowBecomes(bench.store, threadIdOf(shortIds[3] ?? ''), 'completed, nobody');
    } finally {
      await outside.dispose();
      await bench.close();
    }
  });
});
