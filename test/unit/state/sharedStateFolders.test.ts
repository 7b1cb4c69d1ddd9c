import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SharedState } from '../../../src/state/sharedState';
import { StateRoot } from '../../../src/state/stateRoot';
import {
  asText,
  entry,
  indexOf,
  refusedWatch,
  running,
  SharedStateHome,
  shortId,
  threadId,
  until,
} from './sharedStateHome';

const key = 'repo-0123456789abcdef';
const workspace = `workspaces/${key}`;
/** No sweep within the test: what is seen was told by the file system. */
const eventsOnly = { sweepMs: 60_000 };

function hasThreads(state: SharedState, ...numbers: number[]): boolean {
  return [...state.threadIds()].sort().join() === numbers.map(threadId).join();
}

describe('the model, while folders come and go,', () => {
  let home: SharedStateHome;
  let path: (name: string) => string;
  beforeEach(async () => {
    home = await SharedStateHome.create();
    path = (name) => join(home.root.path, name);
  });
  afterEach(async () => home.dispose());

  /** Resolves when a kill signal and its end are seen at once: then that folder is watched. */
  async function signalIsSeen(state: SharedState, folder: string): Promise<void> {
    const signal = path(join(folder, 'kill-signals', threadId(1)));
    const seen = (): boolean => state.threadsOnDisk(threadId(1))[0]?.killSignal !== undefined;
    await home.outside('write', { path: signal, text: '*' });
    await until(`the signal in ${folder}`, seen, 1000);
    await home.outside('remove', { path: signal });
    await until(`the end of the signal in ${folder}`, () => !seen(), 1000);
  }

  it('finds a root that is made after the start within a second', async () => {
    const state = await home.start(eventsOnly);
    await home.outside('write', { path: path('threads.json'), text: indexOf(running(1)) });
    await until('the thread', () => hasThreads(state, 1), 1000);
    await signalIsSeen(state, '.');
    await home.replace('threads.json', indexOf(running(1), entry(2)));
    await until('the second thread', () => hasThreads(state, 1, 2), 1000);
  });

  it('finds a root whose parent was missing, by the sweep', async () => {
    const root = new StateRoot(join(home.base, 'not', 'yet', '.codex-collab'));
    const state = await home.start({ root, sweepMs: 50 });
    await home.outside('write', { path: root.global.indexFile, text: indexOf(entry(1)) });
    await until('the thread', () => hasThreads(state, 1));
  });

  it('finds a workspace folder that is made at run time, and what is written there later', async () => {
    await home.given('threads.json', indexOf(entry(5)));
    const state = await home.start(eventsOnly);
    await home.outside('write', { path: path(`${workspace}/threads.json`), text: indexOf(running(1)) });
    await until('the thread', () => hasThreads(state, 1, 5), 1000);
    await signalIsSeen(state, workspace);
  });

  for (const [what, folder] of [
    ['the root', '.'],
    ['a workspace folder', workspace],
  ] as const) {
    it(`follows ${what} when it is deleted and made again, several times`, async () => {
      await home.given('threads.json', indexOf());
      await home.given(`${folder}/threads.json`, indexOf(running(1)));
      await home.given(`${folder}/kill-signals/x`, '');
      const state = await home.start(eventsOnly);
      await signalIsSeen(state, folder);
      for (let round = 0; round < 3; round++) {
        await home.outside('remove', { path: path(folder) });
        await until('no threads', () => hasThreads(state), 1000);
        await home.outside('write', {
          path: path(`${folder}/threads.json`),
          text: indexOf(running(1), entry(2)),
        });
        await until('the threads', () => hasThreads(state, 1, 2), 1000);
        await signalIsSeen(state, folder);
      }
    });

    it(`follows ${what} when it is replaced by a link to another folder`, async () => {
      await home.given('threads.json', indexOf());
      await home.given(`${folder}/threads.json`, indexOf(running(1)));
      const other = join(home.base, 'other');
      await home.outside('write', { path: join(other, 'threads.json'), text: indexOf(running(1), entry(2)) });
      const state = await home.start(eventsOnly);
      await signalIsSeen(state, folder);
      await home.outside('move', { path: path(folder), to: join(home.base, 'aside') });
      await home.outside('link', { path: path(folder), to: other });
      await until('the threads of the other folder', () => hasThreads(state, 1, 2), 1000);
      await signalIsSeen(state, folder);
      await home.replace(`${folder}/threads.json`, indexOf(running(1), entry(3)));
      await until('its next change', () => hasThreads(state, 1, 3), 1000);
    });
  }

  it('follows a part of a folder that is deleted and made again at once', async () => {
    await home.given('threads.json', indexOf(running(1)));
    const state = await home.start(eventsOnly);
    for (let round = 0; round < 5; round++) {
      await signalIsSeen(state, '.');
      await home.outside('remakeFolder', { path: path('kill-signals') });
    }
  });

  it('knows what running threads wait for, in folders that are new too', async () => {
    await home.given('threads.json', indexOf(running(1), entry(3)));
    const state = await home.start(eventsOnly);
    await home.outside('write', { path: path(`${workspace}/threads.json`), text: indexOf(running(2)) });
    await until('the workspace', () => state.threadsOnDisk(threadId(2)).length > 0, 1000);
    const asked = (n: number): string[] =>
      state
        .threadsOnDisk(threadId(n))
        .flatMap(({ approvals }) =>
          approvals.map(({ id, isAnswered }) => `${id}${isAnswered ? ' answered' : ''}`),
        );
    const request = (n: number): string => JSON.stringify({ type: 'fileChange', threadId: threadId(n) });
    for (const [folder, n] of [
      ['.', 1],
      [workspace, 2],
    ] as const) {
      const file = path(`${folder}/approvals/call_${n}`);
      await home.outside('write', { path: `${file}.json`, text: request(n).slice(0, 20) });
      await home.outside('write', { path: `${file}.json`, text: request(n) });
      await until('the request', () => asked(n).join() === `call_${n}`, 1000);
      await home.outside('write', { path: `${file}.decision`, text: 'accept' });
      await until('the answer', () => asked(n).join() === `call_${n} answered`, 1000);
      await home.outside('remove', { path: `${file}.decision` });
      await home.outside('remove', { path: `${file}.json` });
      await until('the end', () => asked(n).length === 0, 1000);
    }
    await home.outside('write', { path: path('approvals/late.json'), text: request(3) });
    await home.replace('threads.json', indexOf(running(1), running(3)));
    await until('what was there before its thread ran', () => asked(3).join() === 'late', 1000);
  });

  it('is kept true by the sweep alone when the system refuses watches, and warns once', async () => {
    await home.given('threads.json', indexOf(running(1)));
    const state = await home.start({ sweepMs: 20, openWatch: refusedWatch });
    await signalIsSeen(state, '.');
    await home.outside('write', { path: path(`${workspace}/threads.json`), text: indexOf(running(2)) });
    await until('the workspace', () => hasThreads(state, 1, 2));
    await home.outside('write', { path: path(`pids/${shortId(1)}`), text: String(home.outsiderPid) });
    const ownerPid = (): unknown => state.threadsOnDisk(threadId(1))[0]?.owner;
    await until('the owner', () => JSON.stringify(ownerPid()).includes(String(home.outsiderPid)));
    await home.killOutsider();
    await until('the repair', () => JSON.stringify(asText(state)).includes('interrupted'));
    assert.equal(home.warnings.length, 1);
    assert.match(home.warnings[0] ?? '', /every few seconds only: ENOSPC/);
  });

  it('finds by sweeps what no event told, in each of many folders', async () => {
    const folders = Array.from({ length: 30 }, (_, n) => `workspaces/w-${String(n).padStart(16, '0')}`);
    for (const [n, folder] of folders.entries())
      await home.given(`${folder}/threads.json`, indexOf(entry(n)));
    const silentWatch = { close: () => Promise.resolve() };
    const state = await home.start({ sweepMs: 20, openWatch: () => Promise.resolve(silentWatch) });
    for (const n of [29, 0, 15]) {
      await home.replace(`${folders[n]}/threads.json`, indexOf(entry(n), entry(100 + n)));
      await until(`the thread in folder ${n}`, () => state.threadsOnDisk(threadId(100 + n)).length === 1);
    }
    const another = 'workspaces/another-0123456789abcdef';
    await home.outside('write', { path: path(`${another}/threads.json`), text: indexOf(entry(200)) });
    await until('the thread in a new folder', () => state.threadsOnDisk(threadId(200)).length === 1);
  });

  it('follows by polling where asked to', async () => {
    await home.given('threads.json', indexOf(running(1)));
    const state = await home.start({ ...eventsOnly, usePolling: true });
    await home.replace('threads.json', indexOf(running(1), entry(2)));
    await until('the change', () => hasThreads(state, 1, 2), 5000);
    await home.outside('write', { path: path(`${workspace}/threads.json`), text: indexOf(entry(3)) });
    await until('the workspace', () => hasThreads(state, 1, 2, 3), 5000);
  });
});
