import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { UserError } from '../../../src/base/userError';
import { IndexDraft } from '../../../src/state/indexDraft';
import { parseIndex, readIndex, updateIndex } from '../../../src/state/threadIndex';
import { leftovers, quickLock, someKey, until, useScratchRoot } from './scratchRoot';

const entry = {
  threadId: 't1',
  createdAt: '2026-11-22T11:21:05.633Z',
  lastStatus: 'completed',
  'x.own': [1],
};

describe('the text of threads.json', () => {
  it('becomes entries, the unusable ones set aside', () => {
    const text = `{"a1": ${JSON.stringify(entry)}, "n": null, "l": [], "s": "x", "../x": {"threadId": "t"},
      "con": {"threadId": "t"}, "__proto__": {"threadId": "t"}, "bad": {"threadId": "../../x"},
      "long": {"threadId": "${'x'.repeat(300)}"}, "odd": {"threadId": "t2", "cwd": 7, "lastStatus": "killed"}}`;
    const parsed = parseIndex(text);
    assert.ok(parsed.kind === 'ok');
    assert.deepEqual([...parsed.entries.keys()], ['a1', 'odd']);
    assert.deepEqual(parsed.skipped, ['n', 'l', 's', '../x', 'con', '__proto__', 'bad', 'long']);
    assert.equal(parsed.entries.get('a1')?.lastStatus, 'completed');
    assert.deepEqual(parsed.entries.get('a1')?.raw, entry);
    assert.equal(parsed.entries.get('odd')?.cwd, undefined);
    assert.equal(parsed.entries.get('odd')?.lastStatus, 'killed');
  });

  it('is corrupt when it is empty, half written or no object', () => {
    for (const text of ['', '  ', '{bad', '{"a": {"threadId"', 'null', '[]', '7', '"x"', '\0\0']) {
      assert.equal(parseIndex(text).kind, 'corrupt', text);
    }
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        parseIndex(text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        parseIndex(new TextDecoder().decode(bytes));
      }),
    );
  });

  it('keeps every key, field and value that it does not know', () => {
    const fields = fc.dictionary(fc.string(), fc.jsonValue());
    const entries = fc
      .record({ threadId: fc.stringMatching(/^[a-z]{1,9}$/) })
      .chain((id) => fields.map((extra) => ({ ...extra, ...id })));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), entries)), (content) => {
        const parsed = parseIndex(JSON.stringify(content));
        assert.ok(parsed.kind === 'ok');
        assert.equal(new IndexDraft(parsed.raw).serialise(), JSON.stringify(content, null, 2));
        assert.equal(parsed.entries.size + parsed.skipped.length, Object.keys(content).length);
      }),
    );
  });
});

describe('a draft of the index', () => {
  it('changes what it is told, in the order of the file', () => {
    const draft = new IndexDraft({ b: { threadId: 'tb', extra: 1 }, a: { threadId: 'ta' }, odd: null });
    assert.equal(draft.patch('b', { lastStatus: 'running' }), true);
    assert.equal(draft.patch('odd', { lastStatus: 'running' }), false);
    assert.equal(draft.patch('none', {}), false);
    draft.set('c', { threadId: 'tc' });
    assert.equal(draft.delete('a'), true);
    assert.equal(draft.has('odd'), true);
    assert.equal(draft.get('odd'), undefined);
    assert.equal(draft.findByThreadId('tc'), 'c');
    assert.equal(draft.findByThreadId('ta'), undefined);
    assert.deepEqual(draft.keys(), ['b', 'odd', 'c']);
    assert.equal(
      draft.serialise().replace(/\s/g, ''),
      '{"b":{"threadId":"tb","extra":1,"lastStatus":"running"},"odd":null,"c":{"threadId":"tc"}}',
    );
  });

  it('treats __proto__ as a plain key and pollutes nothing', () => {
    const parsed = parseIndex('{"__proto__": {"threadId": "t", "__proto__": {"polluted": 1}}}');
    assert.ok(parsed.kind === 'ok');
    const draft = new IndexDraft(parsed.raw);
    draft.patch('__proto__', { lastStatus: 'failed' });
    assert.equal(
      draft.serialise().replace(/\s/g, ''),
      '{"__proto__":{"threadId":"t","__proto__":{"polluted":1},"lastStatus":"failed"}}',
    );
    assert.equal('polluted' in {}, false);
    assert.equal(new IndexDraft({}).get('__proto__'), undefined);
    assert.equal(new IndexDraft({}).has('constructor'), false);
  });
});

describe('the index on disk', () => {
  const root = useScratchRoot(quickLock);
  beforeEach(async () => await root().global.ensure());

  it('may be missing, unreadable or corrupt, and reading says which', async () => {
    const { global } = root();
    assert.equal((await readIndex(global)).kind, 'missing');
    assert.equal((await readIndex(root().workspace(someKey))).kind, 'missing');
    await writeFile(global.indexFile, '{bad');
    assert.equal((await readIndex(global)).kind, 'corrupt');
    await rm(global.indexFile);
    await mkdir(global.indexFile);
    assert.equal((await readIndex(global)).kind, 'unreadable');
    await assert.rejects(
      updateIndex(global, (draft) => draft.set('a', entry)),
      UserError,
    );
  });

  it('is read once more when it was caught half written', async () => {
    const { global } = root();
    await writeFile(global.indexFile, '{"a": ');
    const reading = readIndex(global);
    setTimeout(() => writeFileSync(global.indexFile, JSON.stringify({ a: entry })), 30);
    assert.equal((await reading).kind, 'ok');
  });

  it('is written as the CLI does: two blanks, no newline at the end, for the owner alone', async () => {
    const { global } = root();
    await updateIndex(global, (draft) => draft.set('a1', { threadId: 't1' }));
    const text = await readFile(global.indexFile, 'utf8');
    assert.equal(text, '{\n  "a1": {\n    "threadId": "t1"\n  }\n}');
    assert.equal((await stat(global.indexFile)).mode & 0o777, 0o600);
    assert.deepEqual(await leftovers(root().path), []);
  });

  it('is not written when nothing changed', async () => {
    const { global } = root();
    await updateIndex(global, () => undefined);
    assert.equal(existsSync(global.indexFile), false);
    await writeFile(global.indexFile, JSON.stringify({ a: entry }));
    await updateIndex(global, (draft) => draft.patch('a', { lastStatus: 'completed' }));
    assert.equal(await readFile(global.indexFile, 'utf8'), JSON.stringify({ a: entry }));
  });

  it('is never touched when it is corrupt, and the error offers to open it', async () => {
    const { global } = root();
    await writeFile(global.indexFile, '[]');
    await assert.rejects(
      updateIndex(global, (draft) => draft.set('a', entry)),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.deepEqual(error.remedies, [{ kind: 'openFile', path: global.indexFile }]);
        return true;
      },
    );
    assert.equal(await readFile(global.indexFile, 'utf8'), '[]');
    assert.deepEqual(await leftovers(root().path), []);
  });

  it('is changed from the start again when somebody broke the lock meanwhile', async () => {
    const { global } = root();
    let calls = 0;
    await updateIndex(global, async (draft) => {
      if (++calls === 1) {
        await unlink(global.indexLockFile);
        await writeFile(global.indexLockFile, '');
        await writeFile(global.indexFile, JSON.stringify({ theirs: entry }));
        setTimeout(() => void unlink(global.indexLockFile), 30);
      }
      draft.set('ours', { threadId: 't2' });
    });
    const reading = await readIndex(global);
    assert.ok(reading.kind === 'ok');
    assert.equal(calls, 2);
    assert.deepEqual([...reading.entries.keys()], ['theirs', 'ours']);
    assert.deepEqual(await leftovers(root().path), []);
  });

  it('of a workspace is guarded by the lock of its migration marker until that exists', async () => {
    const folder = root().workspace(someKey);
    await folder.ensure();
    const markerLock = `${folder.migrationStateFile ?? ''}.lock`;
    await writeFile(markerLock, '');
    let isDone = false;
    const update = updateIndex(folder, (draft) => {
      assert.ok(existsSync(markerLock) && existsSync(folder.indexLockFile));
      draft.set('a', entry);
      isDone = true;
    });
    await new Promise((done) => setTimeout(done, 30));
    assert.equal(isDone, false);
    await unlink(markerLock);
    await update;
    await until('both locks are gone', async () => (await leftovers(folder.path)).length === 0);

    await writeFile(folder.migrationStateFile ?? '', '{"schemaVersion":1}');
    await writeFile(markerLock, '');
    await updateIndex(folder, (draft) => draft.patch('a', { lastStatus: 'failed' }));
  });
});
