import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogTail } from '../../../src/threads/logTail';

describe('the tail of a log', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-tail-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is empty until there is a log, and then has what was added', async () => {
    const file = join(folder, 'a.log');
    const tail = new LogTail([file], 1000);
    assert.equal(await tail.refresh(), false);
    assert.equal(tail.text, '');
    await writeFile(file, 'one\n');
    assert.equal(await tail.refresh(), true);
    assert.equal(tail.text, 'one\n');
    await appendFile(file, 'two\n');
    assert.equal(await tail.refresh(), true);
    assert.equal(tail.text, 'one\ntwo\n');
    assert.equal(await tail.refresh(), false);
  });

  it('joins the logs of a folder in the order of their names, after the shared one', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a.log'), 'shared\n');
    await writeFile(join(folder, 'a', 'run-2.log'), 'second\n');
    await writeFile(join(folder, 'a', 'run-1.log'), 'first\n');
    await writeFile(join(folder, 'a', 'note.txt'), 'not a log\n');
    const tail = new LogTail([join(folder, 'a.log'), join(folder, 'a')], 1000);
    await tail.refresh();
    assert.equal(tail.text, 'shared\nfirst\nsecond\n');
  });

  it('holds a bounded end of a long log, from the start of a line, and says where the rest is', async () => {
    const file = join(folder, 'a.log');
    await writeFile(file, 'x'.repeat(5000) + '\nlast line\n');
    const tail = new LogTail([file], 100);
    await tail.refresh();
    assert.equal(tail.text, `[Only the end is shown. All of it: ${file}]\nlast line\n`);
    await appendFile(file, 'and one more\n');
    await tail.refresh();
    assert.ok(tail.text.endsWith('last line\nand one more\n'));
  });

  it('begins anew when the log was cut or has gone', async () => {
    const file = join(folder, 'a.log');
    await writeFile(file, 'one\ntwo\n');
    const tail = new LogTail([file], 1000);
    await tail.refresh();
    await truncate(file, 4);
    await tail.refresh();
    assert.equal(tail.text, 'one\n');
    await rm(file);
    await tail.refresh();
    assert.equal(tail.text, '');
  });

  it('puts a letter together whose bytes came in two pieces', async () => {
    const file = join(folder, 'a.log');
    const bytes = Buffer.from('é\n');
    await writeFile(file, bytes.subarray(0, 1));
    const tail = new LogTail([file], 1000);
    await tail.refresh();
    await appendFile(file, bytes.subarray(1));
    await tail.refresh();
    assert.equal(tail.text, 'é\n');
  });
});
