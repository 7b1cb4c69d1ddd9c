import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { LiveRuns } from '../../../src/threads/liveRuns';
import { LogTail } from '../../../src/threads/logTail';
import type { Thread } from '../../../src/threads/thread';
import { ThreadOutput } from '../../../src/threads/threadOutput';
import { ThreadStore } from '../../../src/threads/threadStore';
import { waitUntil } from '../../support/processes';
import { sampleThread } from '../../support/sampleThread';
import { diskError, onFaultyDisk, type DiskOperation } from '../state/faultyDisk';

const megabyte = 1024 * 1024;

describe('the log of a thread', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-logs-'));
    file = join(folder, 'a.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const thread = (logPaths: readonly string[]): Thread =>
    sampleThread({ id: 't1', status: 'running', owner: 'cli', turnStartedAt: 1, logPaths });
  const withOutput = async (
    logPaths: readonly string[],
    use: (output: ThreadOutput, warnings: readonly string[]) => Promise<void>,
  ): Promise<void> => {
    const store = new ThreadStore();
    store.update([['t1', thread(logPaths)]]);
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    const output = new ThreadOutput('t1', store, new LiveRuns(), log);
    try {
      await use(output, warnings);
    } finally {
      output.dispose();
    }
  };
  const look = async (output: ThreadOutput): Promise<string> => {
    await output.refresh();
    return await output.read();
  };
  const grow = async (path: string, megabytes: number): Promise<void> => {
    const handle = await open(path, 'a');
    const block = Buffer.alloc(megabyte, `${'x'.repeat(127)}\n`);
    for (let n = 0; n < megabytes; n++) await handle.write(block);
    await handle.close();
  };

  it('of 100 MB is read at its end only, and so is what was added', async () => {
    await grow(file, 100);
    await appendFile(file, 'the last line\n');
    await withOutput([file], async (output) => {
      const began = performance.now();
      const text = await look(output);
      assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
      assert.ok(text.startsWith(`[Only the end is shown. All of it: ${file}]\nx`));
      assert.ok(text.endsWith('x\nthe last line\n'));
      assert.ok(text.length < 2.1 * megabyte);
      await appendFile(file, 'one more\n');
      const again = performance.now();
      assert.ok((await look(output)).endsWith('the last line\none more\n'));
      assert.ok(performance.now() - again < 500);
      // More at once than is kept.
      await grow(file, 5);
      const later = await look(output);
      assert.ok(later.length < 2.1 * megabyte);
      assert.ok(later.endsWith('x\n') && !later.includes('one more'));
    });
  });

  it('of 100 MB in a hundred files is bounded too', async () => {
    const runs = join(folder, 'a');
    await mkdir(runs);
    for (let n = 100; n < 200; n++) await grow(join(runs, `run-${n}.log`), 1);
    await appendFile(join(runs, 'run-199.log'), 'the last line\n');
    await withOutput([file, runs], async (output) => {
      const text = await look(output);
      assert.ok(text.endsWith('x\nthe last line\n'));
      // The note of where all of it is names each file.
      assert.ok(text.length < 2.2 * megabyte);
    });
  });

  it('that shrinks, or that another one takes the place of, is read anew', async () => {
    const tail = new LogTail([file], 1000);
    await writeFile(file, 'one\ntwo\nthree\n');
    await tail.refresh();
    await truncate(file, 4);
    await tail.refresh();
    assert.equal(tail.text, 'one\n');
    const next = join(folder, 'next');
    await writeFile(next, 'another log, longer than the one before\n');
    await rm(file);
    await writeFile(join(folder, 'between'), ''); // takes the number of the file that has gone
    await writeFile(file, 'another log, longer than the one before\n');
    await tail.refresh();
    assert.equal(tail.text, 'another log, longer than the one before\n');
  });

  it('that shrinks between the look and the read is whole again at the next look', async () => {
    const tail = new LogTail([file], 1000);
    await writeFile(file, 'one\ntwo\nthree\n');
    await onFaultyDisk(
      ({ name, path }) => {
        if (name === 'open' && path === file) truncateSync(file, 4);
        return undefined;
      },
      async () => await tail.refresh(),
    );
    await tail.refresh();
    assert.equal(tail.text, 'one\n');
  });

  it('that is deleted while it is shown leaves nothing, and one that comes back is shown', async () => {
    await writeFile(file, 'one\n');
    await withOutput([file], async (output, warnings) => {
      assert.equal(await look(output), 'one\n');
      await rm(file);
      assert.equal(await look(output), 'Nothing has been written yet.\n');
      await writeFile(file, 'two\n');
      assert.equal(await look(output), 'two\n');
      assert.deepEqual(warnings, []);
    });
  });

  it('that is deleted between the look and the read is no harm', async () => {
    await writeFile(file, 'one\n');
    await withOutput([file], async (output) => {
      const removeFirst = ({ name, path }: DiskOperation): Promise<void> | undefined =>
        name === 'open' && path === file ? rm(file, { force: true }) : undefined;
      await onFaultyDisk(removeFirst, async () => await look(output));
      assert.equal(await look(output), 'Nothing has been written yet.\n');
    });
  });

  it('that cannot be read is told of once, in the log and in its place, until it can', async () => {
    await writeFile(file, 'one\n');
    await withOutput([file], async (output, warnings) => {
      let looks = 0;
      const refuse = (operation: DiskOperation): undefined => {
        if (operation.name !== 'open' || operation.path !== file) return;
        looks++;
        throw diskError('EACCES', operation);
      };
      await onFaultyDisk(refuse, async () => {
        assert.match(await look(output), /^Its log could not be read: EACCES.*a\.log/);
        await look(output);
        await waitUntil(() => looks > 2, { timeoutMs: 5000, what: 'another look' });
      });
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.equal(await look(output), 'one\n');
    });
  });

  it('that is no file is not read: a device has no end, and a pipe may never answer', async () => {
    const paths = ['device', 'pipe', 'folder', 'circle', 'nowhere'].map((name) =>
      join(folder, `${name}.log`),
    );
    const [device = '', pipe = '', directory = '', circle = '', nowhere = ''] = paths;
    await symlink('/dev/zero', device);
    execFileSync('mkfifo', [pipe]);
    await mkdir(directory);
    await symlink(nowhere, nowhere + '.x');
    await symlink('/nowhere', nowhere);
    const tail = new LogTail([device, pipe, directory, nowhere, folder], 1000);
    await tail.refresh();
    assert.equal(tail.text, '');
    await symlink(circle, circle);
    await withOutput([circle], async (output, warnings) => {
      assert.match(await look(output), /^Its log could not be read: ELOOP/);
      assert.equal(warnings.length, 1);
    });
  });
});
