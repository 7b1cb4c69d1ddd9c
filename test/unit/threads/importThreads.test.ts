import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppServer } from '../../../src/appServer/appServer';
import { silentLog } from '../../../src/base/log';
import { enterThreads } from '../../../src/state/enterThreads';
import { ThreadImporter } from '../../../src/threads/importThreads';
import type { ListedThread } from '../../../src/threads/listedThread';
import { ThreadEnterer } from '../../../src/threads/threadEnterer';
import { UtilityServer } from '../../../src/threads/utilityServer';
import { nativeCodex } from '../../support/nativeCodex';
import { waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';
import type { TaskBenchOptions } from '../../support/taskBench';
import { RawCodex } from '../support/rawCodex';

type IndexFile = Record<string, Record<string, unknown>>;

const listed = async (importer: ThreadImporter, folders: readonly string[]): Promise<ListedThread[]> => {
  const found: ListedThread[] = [];
  for await (const page of importer.list(folders)) found.push(...page);
  return found;
};

describe('importing threads that others made with codex', () => {
  let bench: TaskBench;
  let other: RawCodex;
  const open = async (options?: TaskBenchOptions): Promise<void> => {
    bench = await TaskBench.open(options);
    other = await RawCodex.start(bench.home);
  };
  afterEach(async () => {
    await other.close();
    await bench.close();
  });

  /** What a turn of another client leaves; the id of the thread. */
  const made = async (prompt: string, folder = bench.folder): Promise<string> => {
    const threadId = await other.startThread(folder);
    await other.turnEnded(await other.startTurn(threadId, prompt));
    return threadId;
  };
  /** What `codex exec` leaves. */
  const unattended = async (): Promise<void> => {
    const env = { ...process.env, ...bench.home.env };
    const options = { cwd: bench.folder, env, stdio: 'ignore' } as const;
    const exec = spawn(await nativeCodex(), ['exec', 'say:unattended'], options);
    assert.deepEqual(await once(exec, 'exit'), [0, null]);
  };
  const list = (...folders: string[]): Promise<ListedThread[]> => listed(bench.importer, folders);
  const titles = async (...folders: string[]): Promise<string[]> =>
    (await list(...folders)).map(({ title }) => title).sort();
  const index = async (file = bench.root.global.indexFile): Promise<IndexFile> =>
    JSON.parse(await readFile(file, 'utf8')) as IndexFile;
  const row = (threadId: string): string => {
    const thread = bench.store.get(threadId);
    return `${thread?.status} ${thread?.title}`;
  };

  it('lists those of the folder that no index knows, whoever made them, then those below it', async () => {
    await open();
    const below = join(bench.folder, 'src');
    const run = await bench.run('say:ours');
    await run.ended;
    await made('say:theirs');
    await made('say:elsewhere', await bench.home.workspace('other'));
    await made('say:below', below);
    await other.request('thread/archive', { threadId: await made('say:archived') });
    await unattended();
    const inOrder = (await list(bench.folder)).map(({ title }) => title);
    assert.deepEqual(inOrder, ['say:unattended', 'say:theirs', 'say:below']);
    assert.deepEqual(await titles(bench.folder, below), ['say:below', 'say:theirs', 'say:unattended']);
    assert.deepEqual(await titles(below), ['say:below']);
    assert.equal((await titles()).length, 4);
  });

  for (const stateLayout of ['global', 'workspace'] as const) {
    it(`enters them in the ${stateLayout} layout, to be resumed, killed, deleted and restored`, async () => {
      await open({ stateLayout });
      const threadId = await made('say:"from elsewhere"');
      await other.request('thread/name/set', { threadId, name: 'A name' });
      await other.close();
      const { imported, failure } = await bench.importer.import(await list(bench.folder));
      assert.deepEqual([imported, failure], [[threadId], undefined]);
      assert.equal(row(threadId), 'completed A name');
      assert.deepEqual(await list(bench.folder), []);
      const folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
      const [[shortId, entry] = assert.fail()] = Object.entries(await index(folder.indexFile));
      assert.match(shortId, /^[0-9a-f]{8}$/);
      const { createdAt, updatedAt, ...rest } = entry;
      assert.deepEqual(rest, {
        threadId,
        model: 'offline',
        cwd: bench.folder,
        preview: 'say:"from elsewhere"',
        lastStatus: 'completed',
        codexCollabName: 'A name',
      });
      for (const time of [createdAt, updatedAt]) {
        assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000, String(time));
      }

      const run = await bench.resume(threadId, 'stream:30');
      assert.equal(run.shortId, shortId);
      await waitUntil(() => run.phase === 'running', { timeoutMs: 15_000, what: 'the turn to start' });
      assert.equal(await bench.killer.kill(threadId), 'stopped');
      assert.deepEqual(await bench.remover.delete(threadId), { kind: 'deleted' });
      assert.deepEqual(await index(folder.indexFile), {});
      assert.deepEqual(await list(bench.folder), []);
      const [archived = assert.fail()] = (await bench.archived.page()).threads;
      await bench.archived.restore(archived);
      assert.deepEqual(Object.keys(await index(folder.indexFile)), [shortId]);
    });
  }

  it('keeps those of `codex exec` in the archive when they are deleted', async () => {
    await open();
    await unattended();
    const { imported } = await bench.importer.import(await list(bench.folder));
    await bench.remover.delete(imported[0] ?? '');
    assert.deepEqual(
      (await bench.archived.page()).threads.map(({ title }) => title),
      ['say:unattended'],
    );
  });

  it('says how the last turn ended, but not of one that another process may be running', async () => {
    await open();
    const [completed, failed] = [await made('say:done'), await made('fail:500')];
    const running = await other.startThread(bench.folder);
    await other.startTurn(running, 'stream:60');
    await bench.importer.import(await list(bench.folder));
    assert.deepEqual([completed, failed, running].map(row), [
      'completed say:done',
      'failed fail:500',
      'idle stream:60',
    ]);
    const entry = Object.values(await index()).find(({ threadId }) => threadId === running);
    assert.ok(entry !== undefined && !('lastStatus' in entry));
  });

  it('leaves what another process has entered meanwhile as it is', async () => {
    await open();
    const threadId = await made('say:theirs');
    const fresh = await made('say:fresh');
    const threads = await list(bench.folder);
    const theirs = { threadId, cwd: bench.folder, preview: 'theirs', unknown: [1] };
    await mkdir(bench.home.stateRoot, { recursive: true });
    await writeFile(bench.root.global.indexFile, JSON.stringify({ a1b2c3d4: theirs }));
    const { imported, failure } = await bench.importer.import(threads);
    assert.deepEqual([[...imported].sort(), failure], [[threadId, fresh].sort(), undefined]);
    const { a1b2c3d4, ...ours } = await index();
    assert.deepEqual(a1b2c3d4, theirs);
    assert.deepEqual(
      Object.values(ours).map((entry) => entry.threadId),
      [fresh],
    );
  });

  it('leaves a damaged index alone, names what was kept out, and enters the rest', async () => {
    await open({ stateLayout: 'workspace' });
    const web = await bench.home.workspace('web');
    const kept = await made('say:kept', web);
    await made('say:first');
    await made('say:second');
    const threads = await list(bench.folder, web);
    const damaged = await bench.root.workspaceOf(bench.folder);
    await damaged.ensure();
    await writeFile(damaged.indexFile, '{"a1b2c3d4": {');
    const { imported, failure } = await bench.importer.import(threads);
    assert.deepEqual(imported, [kept]);
    assert.match(failure?.message ?? '', /^“say:\w+” and “say:\w+” were not imported: .* is damaged/);
    assert.deepEqual(failure?.remedies, [{ kind: 'openFile', path: damaged.indexFile }]);
    assert.equal(await readFile(damaged.indexFile, 'utf8'), '{"a1b2c3d4": {');
    assert.equal(row(kept), 'completed say:kept');
    assert.deepEqual(
      (await readdir(damaged.path)).filter((name) => /\.(lock|tmp)/.test(name)),
      [],
    );
  });
});

describe('what codex lists for an import', () => {
  let bench: TaskBench;
  let server: UtilityServer;
  beforeEach(async () => {
    bench = await TaskBench.open();
  });
  afterEach(async () => {
    server.dispose();
    await bench.close();
  });

  /** An importer whose server answers `thread/list` with these pages, by cursor, and nothing else. */
  const importerOf = (
    pages: Record<string, { data: unknown; nextCursor: string | null }>,
  ): ThreadImporter => {
    type Params = Readonly<{ cursor?: string | null; cwd?: unknown }>;
    const request = (method: string, { cursor, cwd }: Params): Promise<unknown> =>
      method === 'thread/list'
        ? Promise.resolve(pages[cursor ?? (cwd === undefined ? 'first' : 'ofFolders')])
        : Promise.reject(new Error('not today'));
    const fake = { request, exited: new Promise(() => undefined), stop: () => Promise.resolve() };
    server = new UtilityServer(() => Promise.resolve(fake as unknown as AppServer));
    const enterer = new ThreadEnterer(server, bench.root, bench.state, () => 'global', silentLog);
    return new ThreadImporter(server, enterer, bench.state, silentLog);
  };

  it('is fetched page by page, and ends with a server that repeats itself', async () => {
    const importer = importerOf({
      first: { data: [{ id: 't-1' }, { id: 't-2' }], nextCursor: 'second' },
      second: { data: [{ id: 't-2' }, { id: 't-3' }], nextCursor: 'third' },
      third: { data: [{ id: 't-1' }], nextCursor: 'third' },
    });
    const found = await listed(importer, []);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['t-1', 't-2', 't-3'],
    );
  });

  it('names a thread of a folder once, and none below it of which nobody knows where it works', async () => {
    const here = process.cwd();
    const inside = { id: 't-1', cwd: `${here}/` };
    const unclear = [{ id: 't-2' }, { id: 't-3', cwd: 'src' }];
    const importer = importerOf({
      ofFolders: { data: [inside], nextCursor: null },
      first: { data: [inside, ...unclear, { id: 't-4', cwd: join(here, 'src') }], nextCursor: null },
    });
    const found = await listed(importer, [here]);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['t-1', 't-4'],
    );
  });

  it('is not trusted: no id that is no file name, no title that disguises itself, no impossible time', async () => {
    const hostile = ['../x', 'a/b', '', '__proto__', 'con', 7, null].map((id) => ({ id, preview: 'x' }));
    const odd = { id: 't-1', name: 'safe\u202egnp.exe\n$(x)', cwd: '\0', updatedAt: 1e300, createdAt: 'now' };
    const importer = importerOf({
      first: { data: [...hostile, 'text', { ...odd, preview: 'x'.repeat(5000) }], nextCursor: null },
    });
    const [thread = assert.fail(), ...rest] = await listed(importer, []);
    assert.deepEqual(rest, []);
    assert.equal(thread.title, 'safegnp.exe');
    assert.deepEqual([thread.createdAt, thread.updatedAt], [undefined, undefined]);
    const { imported, failure } = await importer.import([thread]);
    assert.deepEqual([imported, failure], [['t-1'], undefined]);
    const [entry] = Object.values(
      JSON.parse(await readFile(bench.root.global.indexFile, 'utf8')) as IndexFile,
    );
    assert.equal(String(entry?.preview).length, 200);
    assert.equal(entry?.lastStatus, undefined);
  });

  it('does not become a key or a file name unchecked', async () => {
    importerOf({});
    await bench.root.global.ensure();
    await assert.rejects(enterThreads(bench.root.global, [{ threadId: 't-1' }, { threadId: '../x' }]));
    await assert.rejects(readFile(bench.root.global.indexFile), { code: 'ENOENT' });
  });
});
