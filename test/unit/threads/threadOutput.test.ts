import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emitter } from '../../../src/base/event';
import { silentLog } from '../../../src/base/log';
import type { Thread } from '../../../src/threads/thread';
import { ThreadOutput } from '../../../src/threads/threadOutput';
import { ThreadStore } from '../../../src/threads/threadStore';
import { eventually } from '../../support/eventually';
import { sampleThread } from '../../support/sampleThread';

describe('the output of a thread', () => {
  let folder: string;
  let logFile: string;
  let store: ThreadStore;
  let output: ThreadOutput;
  let run: { unfinishedText: string; onDidStream: Emitter<void>['event'] } | undefined;
  let didStream: Emitter<void>;
  let changes: number;
  let timersBefore: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'thread-output-'));
    logFile = join(folder, 'a.log');
    store = new ThreadStore();
    didStream = new Emitter();
    run = undefined;
    changes = 0;
    timersBefore = timers();
  });
  afterEach(async () => {
    output.dispose();
    await rm(folder, { recursive: true });
  });

  const put = (fields: Partial<Thread> = {}): void => {
    const thread = sampleThread({ id: 'a', status: 'completed', logPaths: [logFile], ...fields });
    store.update([['a', thread]]);
  };
  const open = (): void => {
    output = new ThreadOutput('a', store, { get: () => run }, silentLog);
    output.onDidChange(() => (changes += 1));
  };
  const writes = (text: string): void => {
    run = { unfinishedText: text, onDidStream: didStream.event };
  };
  const says = (expected: string): Promise<unknown> =>
    eventually(
      () => output.read(),
      (text) => assert.equal(text, expected),
    );

  it('has an empty line between the log and what is being written, and only between both', async () => {
    put({ status: 'running', owner: 'thisWindow' });
    writes('Half an ans');
    open();
    assert.equal(await output.read(), 'Codex is writing…\nHalf an ans\n');
    await writeFile(logFile, 'logged\n');
    await says('logged\n\nCodex is writing…\nHalf an ans\n');
    await appendFile(logFile, 'half a line');
    await says('logged\nhalf a line\n\nCodex is writing…\nHalf an ans\n');
    writes('');
    await says('logged\nhalf a line');
  });

  it('says why there is nothing', async () => {
    put({ status: 'running' });
    open();
    assert.equal(await output.read(), 'Nothing has been written yet.\n');
    put({ status: 'interrupted' });
    await says('This thread has no output.\n');
    store.update([['a', undefined]]);
    await says('This thread is gone.\n');
    put({ logPaths: [`${folder}/\0`] });
    await eventually(
      () => output.read(),
      (text) => assert.match(text, /^Its log could not be read: .*null bytes/),
    );
  });

  it('waits for a thread that is not known yet', async () => {
    await writeFile(logFile, 'logged\n');
    open();
    const text = output.read();
    put();
    assert.equal(await text, 'logged\n');
  });

  it('answers who waits for an unknown thread when it ends', async () => {
    open();
    const text = output.read();
    output.dispose();
    assert.equal(await text, 'This thread is gone.\n');
    assert.equal(timers(), timersBefore);
  });

  it('tells once of a change in which log and answer grew together', async () => {
    put();
    writes('one');
    open();
    await output.read();
    changes = 0;
    await writeFile(logFile, 'logged\n');
    writes('two');
    didStream.fire();
    await says('logged\n\nCodex is writing…\ntwo\n');
    await output.refresh();
    assert.equal(changes, 1);
    store.update([['b', undefined]]);
    put({ updatedAt: 2 });
    await output.refresh();
    assert.equal(changes, 1, 'a change of the thread is none of its output');
  });

  it('follows the thread to other logs', async () => {
    await writeFile(logFile, 'first run\n');
    const moved = join(folder, 'workspace', 'a');
    await mkdir(moved, { recursive: true });
    await writeFile(join(moved, 'run-2.log'), 'second run\n');
    put();
    open();
    assert.equal(await output.read(), 'first run\n');
    put({ logPaths: [logFile, moved] });
    await says('first run\nsecond run\n');
  });

  for (const owner of ['cli', 'thisWindow'] as const) {
    it(`sees what is added to the log while the thread is active, run by ${owner}`, async () => {
      await writeFile(logFile, 'one\n');
      put({ status: 'running', owner });
      if (owner === 'thisWindow') writes('');
      open();
      assert.equal(await output.read(), 'one\n');
      await appendFile(logFile, 'two\n');
      await says('one\ntwo\n');
    });
  }

  it('runs no timer while the thread is not active, and none after its end', async () => {
    put();
    open();
    await output.read();
    assert.equal(timers(), timersBefore);
    put({ status: 'running' });
    await output.refresh();
    assert.ok(timers() > timersBefore);
    put({ status: 'completed', updatedAt: 2 });
    await eventually(timers, (count) => assert.equal(count, timersBefore));
    put({ status: 'needsYou' });
    output.dispose();
    assert.equal(timers(), timersBefore);
  });

  it('shows the last lines of a log that were written before the thread was said to have ended', async () => {
    put({ status: 'running' });
    open();
    await output.read();
    await writeFile(logFile, 'last words\n');
    put({ status: 'completed' });
    await says('last words\n');
  });
});

/** How many timers this process has waiting. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
