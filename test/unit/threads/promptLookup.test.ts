import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AppServer } from '../../../src/appServer/appServer';
import { silentLog } from '../../../src/base/log';
import { UserError } from '../../../src/base/userError';
import { PromptLookup } from '../../../src/threads/promptLookup';
import { waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';
import { RawCodex } from '../support/rawCodex';

const within = (what: string) => ({ timeoutMs: 10_000, what });

describe('threads of which nobody noted the prompt', () => {
  let bench: TaskBench;
  let other: RawCodex;
  before(async () => {
    bench = await TaskBench.open();
    other = await RawCodex.start(bench.home);
  });
  after(async () => {
    await other.close();
    await bench.close();
  });

  /** Enters threads as generation A of the CLI does. */
  const enter = async (entries: Readonly<Record<string, string>>): Promise<void> => {
    const { indexFile } = bench.root.global;
    const now = new Date().toISOString();
    const index = Object.entries(entries).map(([shortId, threadId]) => {
      const entry = { threadId, createdAt: now, updatedAt: now, cwd: bench.folder, lastStatus: 'completed' };
      return [shortId, entry] as const;
    });
    await mkdir(dirname(indexFile), { recursive: true });
    await writeFile(indexFile, JSON.stringify(Object.fromEntries(index)));
    const isThere = (id: string): boolean => bench.store.get(id) !== undefined;
    await waitUntil(() => Object.values(entries).every(isThere), within('the threads are listed'));
  };
  const title = (threadId: string): string | undefined => bench.store.get(threadId)?.title;

  it('are called by what codex knows of them, and by their id where it knows nothing', async () => {
    const prompted = await other.startThread(bench.folder);
    await other.turnEnded(await other.startTurn(prompted, 'Clean the build folder say:done'));
    const named = await other.startThread(bench.folder);
    await other.turnEnded(await other.startTurn(named, 'say:done'));
    await other.request('thread/name/set', { threadId: named, name: 'Release' });
    const unknown = randomUUID();
    await enter({ aaaa1111: prompted, bbbb2222: named, cccc3333: unknown });
    assert.equal(title(prompted), 'Thread aaaa1111');

    for (const id of [prompted, named, unknown]) bench.prompts.want(id);
    await waitUntil(() => title(prompted) !== 'Thread aaaa1111', within('codex has told'));
    assert.equal(title(prompted), 'Clean the build folder say:done');
    assert.equal(bench.store.get(prompted)?.prompt, 'Clean the build folder say:done');
    assert.equal(title(named), 'Release');
    assert.equal(title(unknown), 'Thread cccc3333');
  });

  it('are asked for once, and again while codex does not know them, but not for ever', async () => {
    let round: ((asked: string[]) => void) | undefined;
    const server = {
      request: (_method: string, { threadId }: { threadId: string }) => {
        asked.push(threadId);
        return threadId === 'known'
          ? Promise.resolve({ thread: { id: threadId, preview: 'Look' } })
          : Promise.reject(new Error('thread not loaded'));
      },
    };
    let asked: string[] = [];
    const lookup = new PromptLookup(
      {
        use: async (work) => {
          asked = [];
          const result = await work(server as never);
          round?.(asked);
          return result;
        },
      },
      silentLog,
      0,
    );
    const rounds: string[][] = [];
    for (const last of ['unknown', 'unknown', 'unknown', 'other']) {
      const done = new Promise<string[]>((resolve) => {
        round = resolve;
      });
      for (const id of ['known', 'unknown', last]) lookup.want(id);
      rounds.push(await done);
      await setImmediate(); // it takes note of the answers
    }
    assert.deepEqual(rounds, [['known', 'unknown'], ['unknown'], ['unknown'], ['other']]);
    lookup.dispose();
  });

  describe('whose rows are drawn while codex is being asked', () => {
    let lookup: PromptLookup;
    let asked: string[];
    /** A lookup that codex tells nothing, and whose first thread is wanted again while codex is asked for it. */
    const drawTwice = async (retryMs: number): Promise<void> => {
      asked = [];
      const ends: Promise<unknown>[] = [];
      const request = (_method: string, { threadId }: { threadId: string }): Promise<never> => {
        asked.push(threadId);
        lookup.want(threadId);
        return Promise.reject(new Error('thread not loaded'));
      };
      const use = <T>(work: (server: AppServer) => Promise<T>): Promise<T> => {
        const end = work({ request } as never);
        ends.push(end);
        return end;
      };
      lookup = new PromptLookup({ use }, silentLog, retryMs);
      lookup.want('new');
      await waitUntil(() => ends.length > 0, within('codex to be asked'));
      await ends[0];
    };
    afterEach(() => lookup.dispose());

    it('are not asked for again at once', async () => {
      await drawTwice(60_000);
      lookup.want('new');
      lookup.want('other');
      await waitUntil(() => asked.includes('other'), within('the other one to be asked for'));
      assert.deepEqual(asked, ['new', 'other']);
    });

    it('are asked for again after a moment, without being drawn once more', async () => {
      await drawTwice(10);
      await waitUntil(() => asked.length === 3, within('codex to be asked for the last time'));
      assert.deepEqual(asked, ['new', 'new', 'new']);
    });
  });

  it('stay as they are where codex cannot be started', async () => {
    const told: string[] = [];
    const log = { ...silentLog, debug: (text: string) => void told.push(text) };
    const lookup = new PromptLookup({ use: () => Promise.reject(new UserError('No codex here.')) }, log);
    lookup.onDidFind(() => assert.fail('nothing was found'));
    lookup.want('any');
    await waitUntil(() => told.length > 0, within('the failure is noted'));
    assert.match(told.join(), /No codex here/);
    lookup.dispose();
  });
});
