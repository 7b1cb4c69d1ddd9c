import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppServer } from '../../../src/appServer/appServer';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import { ArchivedThreads } from '../../../src/threads/archivedThreads';
import type { ArchivedThread } from '../../../src/threads/archivedThreads';
import { DeletedThreads } from '../../../src/threads/deletedThreads';
import { ThreadEnterer } from '../../../src/threads/threadEnterer';
import { UtilityServer } from '../../../src/threads/utilityServer';
import { isWithin } from '../../../src/threads/workspaceScope';
import { waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';
import type { TaskBenchOptions } from '../../support/taskBench';
import { RawCodex } from '../support/rawCodex';

type IndexFile = Record<string, Record<string, unknown>>;

/** What codex lists at a time here. */
const PAGE_SIZE = 2;

describe('the archived threads', () => {
  let bench: TaskBench;
  let other: RawCodex;
  let server: UtilityServer;
  let archived: ArchivedThreads;
  /** The methods that codex was asked, in order. */
  let asked: string[];
  /** Methods that do not get through to codex. */
  let refused: Record<string, Error>;

  const open = async (options: TaskBenchOptions = {}): Promise<void> => {
    bench = await TaskBench.open(options);
    other = await RawCodex.start(bench.home);
    [asked, refused] = [[], {}];
    server = new UtilityServer(async () => overheard(await bench.launcher.start()));
    const layout = options.stateLayout ?? 'auto';
    const enterer = new ThreadEnterer(server, bench.root, bench.state, () => layout, silentLog);
    const deleted = new DeletedThreads(join(bench.home.home, 'deleted'));
    const isInScope = ({ cwd }: ArchivedThread): boolean => isWithin(cwd ?? '', bench.folder);
    archived = new ArchivedThreads(server, enterer, deleted, isInScope);
  };
  afterEach(async () => {
    server.dispose();
    archived.dispose();
    await other.close();
    await bench.close();
  });

  /** The real codex, with pages that are quickly filled. */
  const overheard = (codex: AppServer): AppServer => {
    const request = codex.request.bind(codex) as (method: string, params: object) => Promise<unknown>;
    const ask = (method: string, params: object): Promise<unknown> => {
      asked.push(method);
      const error = refused[method];
      if (error !== undefined) return Promise.reject(error);
      const page = method === 'thread/list' ? { limit: PAGE_SIZE } : {};
      return request(method, { ...params, ...page });
    };
    return Object.assign(codex, { request: ask });
  };

  /** A thread that another program has made and archived; its id. */
  const made = async (prompt: string, folder = bench.folder): Promise<string> => {
    const threadId = await other.startThread(folder);
    await other.turnEnded(await other.startTurn(threadId, prompt));
    await other.request('thread/archive', { threadId });
    return threadId;
  };
  const shown = async (): Promise<string[]> => {
    const { threads, hasMore } = await archived.page();
    return [...threads.map(({ title }) => title), ...(hasMore ? ['Show More'] : [])];
  };
  const first = async (): Promise<ArchivedThread> => (await archived.page()).threads[0] ?? assert.fail();
  const index = async (file = bench.root.global.indexFile): Promise<IndexFile> =>
    JSON.parse(await readFile(file, 'utf8')) as IndexFile;

  it('are asked for when they are to be shown, and anew only when what was shown no longer holds', async () => {
    await open();
    await made('say:first');
    assert.deepEqual(asked, []);
    assert.deepEqual(await shown(), ['say:first']);
    await made('say:second');
    assert.deepEqual(await shown(), ['say:first']);
    assert.deepEqual(asked, ['thread/list']);
    archived.invalidate();
    assert.deepEqual(asked, ['thread/list']);
    assert.deepEqual(await shown(), ['say:second', 'say:first']);
  });

  it('are asked for again after codex has not answered', async () => {
    await open();
    await made('say:first');
    refused = { 'thread/list': new UserError('Not now.') };
    await assert.rejects(archived.page(), /Not now/);
    refused = {};
    archived.invalidate();
    assert.deepEqual(await shown(), ['say:first']);
  });

  it('come page by page, and a page is asked for once', async () => {
    await open();
    for (const n of [1, 2, 3, 4, 5]) await made(`say:${n}`);
    assert.deepEqual(await shown(), ['say:5', 'say:4', 'Show More']);
    let changes = 0;
    archived.onDidChange(() => (changes += 1));
    await Promise.all([archived.loadMore(), archived.loadMore()]);
    assert.ok(changes > 0);
    assert.deepEqual(await shown(), ['say:5', 'say:4', 'say:3', 'say:2', 'Show More']);
    await archived.loadMore();
    assert.deepEqual(await shown(), ['say:5', 'say:4', 'say:3', 'say:2', 'say:1']);
    assert.equal(asked.length, 3);
  });

  it('of other folders are passed over until one of the scope is there', async () => {
    await open();
    const elsewhere = await bench.home.workspace('other');
    await made('say:early');
    await made('say:below', join(bench.folder, 'src'));
    for (const n of [1, 2, 3]) await made(`say:${n}`, elsewhere);
    assert.deepEqual(await shown(), ['say:below', 'Show More']);
    await archived.loadMore();
    assert.deepEqual(await shown(), ['say:below', 'say:early']);
  });

  it('do not come back from a question that was asked before they were forgotten', async () => {
    await open();
    await made('say:first');
    const late = archived.page();
    archived.invalidate();
    await made('say:second');
    await late;
    assert.deepEqual(await shown(), ['say:second', 'say:first']);
  });

  for (const stateLayout of ['global', 'workspace'] as const) {
    it(`are restored into the ${stateLayout} layout with how their last turn ended`, async () => {
      await open({ stateLayout });
      const ids = [await made('say:done'), await made('fail:500')];
      for (const thread of (await archived.page()).threads) await archived.restore(thread);
      const folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
      assert.equal(folder.layout, stateLayout);
      const entries = Object.values(await index(folder.indexFile));
      assert.deepEqual(
        new Map(entries.map(({ threadId, lastStatus }) => [threadId, lastStatus])),
        new Map([
          [ids[1], 'failed'],
          [ids[0], 'completed'],
        ]),
      );
      assert.deepEqual(await shown(), []);
      await waitUntil(() => bench.store.get(ids[0] ?? '') !== undefined, {
        timeoutMs: 15_000,
        what: 'a row',
      });
      assert.equal((await (await bench.resume(ids[0] ?? '', 'say:again')).ended).status, 'completed');
    });
  }

  it('stay archived when they cannot be entered, and can be restored when that is put right', async () => {
    await open();
    const threadId = await made('say:first');
    await mkdir(bench.home.stateRoot, { recursive: true });
    await writeFile(bench.root.global.indexFile, '{"a1b2c3d4": {');
    await assert.rejects(archived.restore(await first()), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^“say:first” was not restored, and stays archived: .* is damaged/);
      assert.deepEqual(error.remedies, [{ kind: 'openFile', path: bench.root.global.indexFile }]);
      return true;
    });
    assert.deepEqual(await shown(), ['say:first']);
    await rm(bench.root.global.indexFile);
    await archived.restore(await first());
    assert.deepEqual(
      Object.values(await index()).map((entry) => entry.threadId),
      [threadId],
    );
  });

  it('are not lost without a word when they can be neither entered nor archived again', async () => {
    await open();
    const threadId = await made('say:first');
    await mkdir(bench.home.stateRoot, { recursive: true });
    await writeFile(bench.root.global.indexFile, '{"a1b2c3d4": {');
    refused = { 'thread/archive': new Error('not today') };
    await assert.rejects(
      archived.restore(await first()),
      /is no longer archived.*is damaged.*not today.*Import/s,
    );
    const found: string[] = [];
    for await (const page of bench.importer.list([])) found.push(...page.map(({ id }) => id));
    assert.deepEqual(found, [threadId]);
  });

  it('that others have restored or deleted meanwhile are told of, and go', async () => {
    await open();
    const [restored, deleted] = [await made('say:restored'), await made('say:deleted')];
    const { threads } = await archived.page();
    await other.request('thread/unarchive', { threadId: restored });
    await other.request('thread/delete', { threadId: deleted });
    for (const thread of threads) {
      await assert.rejects(archived.restore(thread), {
        name: 'UserError',
        message: /was not restored: Codex refused it/,
      });
    }
    await assert.rejects(readFile(bench.root.global.indexFile), { code: 'ENOENT' });
    assert.deepEqual(await shown(), []);
  });

  it('keep everything when codex refuses to delete them', async () => {
    await open();
    const run = await bench.run('say:ours');
    await run.ended;
    const before = await index();
    assert.deepEqual(await bench.remover.delete(run.threadId), { kind: 'deleted' });
    const thread = await first();
    await other.request('thread/unarchive', { threadId: run.threadId });
    await other.request('thread/resume', { threadId: run.threadId, excludeTurns: true });
    await assert.rejects(archived.deletePermanently(thread), {
      name: 'UserError',
      message: '“say:ours” was not deleted: Codex refused it (another program has it open).',
    });
    await other.close();
    other = await RawCodex.start(bench.home);
    await other.request('thread/archive', { threadId: run.threadId });
    await archived.restore(thread);
    assert.deepEqual(await index(), before);
  });
});
