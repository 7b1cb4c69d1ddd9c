import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { silentLog } from '../../../src/base/log';
import { errorText, UserError } from '../../../src/base/userError';
import { readCliConfig } from '../../../src/state/cliConfig';
import { clearStaleKillSignal, isSignalFor, readKillSignal } from '../../../src/state/killSignals';
import { judgeOwner, readPidFile } from '../../../src/state/pidFiles';
import { RunFiles } from '../../../src/state/runFiles';
import { elapsedText } from '../../../src/state/runOutcome';
import { listRunRecords, patchRunRecord, readRunRecord } from '../../../src/state/runRecords';
import type { StateFolder } from '../../../src/state/stateFolder';
import { StateRoot } from '../../../src/state/stateRoot';
import { readIndex, updateIndex } from '../../../src/state/threadIndex';
import { leftovers, quickLock, someKey, useScratchRoot } from './scratchRoot';

const good = { threadId: 't1', lastStatus: 'completed' };
const whole = JSON.stringify({ a1: good }, null, 2);
const twoMegabytes = 2 * 1024 * 1024;

/** Texts that are no JSON object, each as somebody might leave it. */
const damaged: Record<string, string> = {
  nothing: '',
  blanks: ' \r\n\t',
  'half of it': whole.slice(0, whole.length / 2),
  'all but the last brace': whole.slice(0, -1),
  'two in a row': whole + whole,
  'a byte order mark': `\uFEFF${whole}`,
  'zeros as after a crash': '\0'.repeat(4096),
  'a zero in the middle': `${whole.slice(0, 9)}\0${whole.slice(9)}`,
  'zeros behind it': `${whole}\0\0\0`,
  null: 'null',
  'a list': '[{"threadId":"t"}]',
  'a text': '"x"',
  'a number': '7',
  'two megabytes of junk': 'junk '.repeat(twoMegabytes / 5),
  'a hundred thousand brackets': '['.repeat(100_000),
};

/** Ids that must never become a path, nor reach a prototype. */
const hostileIds = [
  '../../x',
  '..',
  '.',
  '',
  '/etc/passwd',
  'C:\\x',
  'con',
  'NUL.txt',
  'nul',
  'COM1',
  'x'.repeat(300),
  '__proto__',
  'constructor',
  'prototype',
  'ünïcode',
  '日本',
  'a b',
  'a\0b',
  'a\n',
  '*',
];

describe('what somebody left in the shared folder', () => {
  const root = useScratchRoot(quickLock);
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
  });

  it('instead of a JSON object is told of, and kept as it is', async () => {
    // All at once: each is read again after a moment, as somebody may be writing it.
    const checks = Object.entries(damaged).map(async ([what, text], n) => {
      await assertToldOf(new StateRoot(join(root().path, `${n}`)), text).catch((error: unknown) => {
        throw new Error(`${what}: ${errorText(error)}`, { cause: error });
      });
    });
    await Promise.all(checks);
  });

  it('with line ends of Windows is read as any other', async () => {
    await writeFile(folder.indexFile, `${whole.replaceAll('\n', '\r\n')}\r\n`);
    const reading = await readIndex(folder);
    assert.deepEqual(reading.kind === 'ok' && [...reading.entries.keys()], ['a1']);
    await writeFile(root().configFile, '{\r\n  "model": "m"\r\n}\r\n');
    assert.deepEqual(await readCliConfig(root()), { kind: 'ok', config: { model: 'm' }, warnings: [] });
  });

  it('in a pid file or a kill signal is never a process, nor a kill, by mistake', async () => {
    const junk = [
      '\uFEFF',
      'NaN',
      'Infinity',
      '-Infinity',
      '[1]',
      '{"pid":1}',
      '1 2',
      '１',
      'x'.repeat(twoMegabytes),
    ];
    for (const text of junk) {
      await writeFile(folder.pidFile('s1'), text);
      await writeFile(folder.killSignalFile('t1'), text);
      const verdict = await judgeOwner(await readPidFile(folder, 's1'));
      const name = JSON.stringify(text.slice(0, 20));
      // What is beyond every pid is nobody's, and so believed, as the CLI does.
      assert.equal(verdict.kind, text === 'Infinity' ? 'alive' : 'dead', name);
      assert.ok(verdict.kind === 'dead' || verdict.pid === undefined);
      const signal = await readKillSignal(folder, 't1');
      assert.ok(signal !== undefined);
      // `trim` takes a byte order mark for a blank: then it is an empty signal.
      assert.equal(isSignalFor(signal, 1), text === '\uFEFF', name);
    }
  });

  it('as values of an index does not keep us from changing our entry, and is still there afterwards', async () => {
    const odd = { n: null, l: [good], s: 'text', f: 7, t: true, noId: {}, badId: { threadId: '../../x' } };
    await writeFile(folder.indexFile, JSON.stringify({ ...odd, a1: good }));
    await updateIndex(folder, (draft) => draft.patch('a1', { lastStatus: 'failed' }));
    const index: unknown = JSON.parse(await readFile(folder.indexFile, 'utf8'));
    assert.deepEqual(index, { ...odd, a1: { ...good, lastStatus: 'failed' } });
  });
});

/** That such a text is told of as an index, a run record and a config, and stays where it is. */
async function assertToldOf(root: StateRoot, text: string): Promise<void> {
  const folder = root.workspace(someKey);
  await folder.ensure();
  const record = folder.runRecordFile('run-1');
  for (const file of [folder.indexFile, record, root.configFile]) await writeFile(file, text);
  const isOf = (file: string) => (error: unknown) =>
    error instanceof UserError &&
    error.message.startsWith(`${file} is damaged (`) &&
    error.message.length < 1000;

  assert.equal((await readIndex(folder)).kind, 'corrupt');
  const change = updateIndex(folder, (draft) => draft.set('new', { threadId: 'new' }));
  await assert.rejects(change, isOf(folder.indexFile));
  assert.equal((await readRunRecord(folder, 'run-1')).kind, 'corrupt');
  await assert.rejects(patchRunRecord(folder, 'run-1', { status: 'failed' }), isOf(record));
  assert.deepEqual(await listRunRecords(folder), { records: [], unusable: ['run-1'] });
  const config = await readCliConfig(root);
  // The CLI makes that file empty before it writes it.
  if (text.trim() === '') assert.equal(config.kind, 'ok');
  else assert.ok(config.kind === 'invalid' && isOf(root.configFile)(config.error));

  for (const file of [folder.indexFile, record, root.configFile])
    assert.ok((await readFile(file, 'utf8')) === text);
  assert.deepEqual(await leftovers(root.path), []);
}

describe('a hostile id', () => {
  const root = useScratchRoot(quickLock);
  let folder: StateFolder;
  let outside: readonly string[] = [];
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
    outside = await readdir(join(root().path, '..'));
  });
  const namesHere = async (): Promise<string[]> => (await readdir(root().path, { recursive: true })).sort();

  it('as a key of the index or as a thread id is skipped, kept on write, and pollutes nothing', async () => {
    const keys = hostileIds.map(
      (id) => `${JSON.stringify(id)}: {"threadId": "t-${id.length}", "polluted": 1}`,
    );
    const values = hostileIds.map((id, n) => `"key${n}": {"threadId": ${JSON.stringify(id)}, "polluted": 1}`);
    const text = `{${[...keys, ...values].join(',')}, "a1": ${JSON.stringify(good)}}`;
    await writeFile(folder.indexFile, text);
    const reading = await readIndex(folder);
    assert.ok(reading.kind === 'ok');
    assert.deepEqual([...reading.entries.keys()], ['a1']);
    assert.equal(reading.skipped.length, 2 * hostileIds.length);
    await updateIndex(folder, (draft) => draft.patch('a1', { lastStatus: 'failed' }));
    const expected = text.replace('"completed"', '"failed"').replace(/\s/g, '');
    assert.equal((await readFile(folder.indexFile, 'utf8')).replace(/\s/g, ''), expected);
    assert.equal('polluted' in {}, false);
    assert.equal('polluted' in Object, false);
  });

  it('never takes the place of the one that a thread has in the index', async () => {
    const index = { '../../x': { threadId: 'ours' }, con: { threadId: 'ours' }, a1: { threadId: 'ours' } };
    await writeFile(folder.indexFile, JSON.stringify(index));
    const options = { folder, threadId: 'ours', pid: 1, prompt: 'p', model: 'm', cwd: '/w', log: silentLog };
    const run = await RunFiles.begin(options);
    assert.equal(run.shortId, 'a1');
    await updateIndex(folder, (draft) => draft.delete('a1'));
    assert.match((await RunFiles.begin(options)).shortId, /^[0-9a-f]{8}$/);
  });

  it('of a thread is refused before anything is written', async () => {
    const before = await namesHere();
    for (const threadId of hostileIds) {
      const options = { threadId, pid: 1, prompt: 'p', model: 'm', cwd: '/w', log: silentLog };
      await assert.rejects(RunFiles.begin({ folder, ...options }), UserError);
    }
    assert.deepEqual(await namesHere(), before);
  });

  it('is no path for anything that reads, writes or removes', async () => {
    const before = await namesHere();
    for (const id of hostileIds) {
      await assert.rejects(readPidFile(folder, id));
      await assert.rejects(readKillSignal(folder, id));
      await assert.rejects(clearStaleKillSignal(folder, id, 1, new Date()));
      await assert.rejects(readRunRecord(folder, id));
      await assert.rejects(patchRunRecord(folder, id, {}));
      assert.throws(() => folder.logPaths(id));
    }
    assert.deepEqual(await namesHere(), before);
    assert.deepEqual(await readdir(join(root().path, '..')), outside);
  });

  it('in a run record makes it unusable, be it its run, its short id or its thread', async () => {
    const ids = { runId: 'run-1', threadId: 't1', shortId: 's1' };
    for (const id of hostileIds) {
      for (const key of Object.keys(ids)) {
        await writeFile(folder.runRecordFile('run-1'), JSON.stringify({ ...ids, [key]: id }));
        assert.equal((await readRunRecord(folder, 'run-1')).kind, 'corrupt', `${key} ${id}`);
      }
    }
  });

  it('as the name of a file in runs/ is not listed', async () => {
    const runs = folder.runsDir ?? '';
    for (const name of ['con', 'NUL.txt', '__proto__', 'constructor', 'ünïcode', 'a b', 'x'.repeat(200)]) {
      await writeFile(join(runs, `${name}.json`), '{"runId":"r","threadId":"t","shortId":"s"}');
    }
    await mkdir(join(runs, 'run-2.json'));
    assert.deepEqual(await listRunRecords(folder), { records: [], unusable: ['run-2'] });
  });
});

describe('times that make no sense', () => {
  it('are no time at all in a record', () => {
    for (const ms of [NaN, Infinity, -Infinity, -1, -3_600_000]) {
      assert.doesNotMatch(elapsedText(ms), /NaN|-/);
    }
    fc.assert(
      fc.property(fc.double(), (ms) => /^(\d+m )?(\d|[1-5]\d)s$/.test(elapsedText(Math.min(ms, 1e12)))),
    );
  });
});
