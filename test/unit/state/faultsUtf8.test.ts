import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../src/base/userError';
import { readApproval, readDecision } from '../../../src/state/approvalFiles';
import { IndexParser } from '../../../src/state/indexParser';
import { mailboxesIn, pendingQuestions } from '../../../src/state/questionMailbox';
import { listRunRecords, patchRunRecord, readRunRecord } from '../../../src/state/runRecords';
import type { StateFolder } from '../../../src/state/stateFolder';
import { readIndex, updateIndex } from '../../../src/state/threadIndex';
import { LogLines } from '../../../src/threads/history/logLines';
import { LogTail } from '../../../src/threads/logTail';
import { quickLock, someKey, useScratchRoot } from './scratchRoot';

/** None of it is UTF-8. */
const broken: Record<string, readonly number[]> = {
  'a byte that never is UTF-8': [0xff],
  'the tail of a character': [0x80, 0xbf],
  'the heads of characters': [0xc3, 0xe2, 0x82, 0xf0, 0x9f],
  'half of a surrogate pair': [0xed, 0xa0, 0xbd],
  'an overlong slash': [0xc0, 0xaf],
  'Latin-1': [0x4d, 0xfc, 0x6c, 0x6c],
};

/** `text` with the bytes in place of each `?`. */
function withBytes(text: string, bytes: readonly number[]): Buffer {
  const parts = text.split('?').flatMap((part) => [Buffer.from(bytes), Buffer.from(part)]);
  return Buffer.concat(parts.slice(1));
}

for (const [what, bytes] of Object.entries(broken)) {
  describe(`${what} in a file`, () => {
    const root = useScratchRoot(quickLock);
    let folder: StateFolder;
    beforeEach(async () => {
      folder = root().workspace(someKey);
      await folder.ensure();
    });

    /** Writes such a file and tells afterwards whether it still is as it was. */
    const given = async (file: string, text: string): Promise<() => Promise<void>> => {
      const content = withBytes(text, bytes);
      await writeFile(file, content, { mode: 0o600 });
      return async () => assert.deepEqual(await readFile(file), content, 'is as it was');
    };
    const shown = withBytes('?', bytes).toString('utf8');

    it('is a wrong character of an index, and nothing else of it is lost', async () => {
      const index = { a1: { threadId: 't1', preview: 'x?y', lastStatus: 'running' }, b2: { threadId: 't2' } };
      const assertKept = await given(folder.indexFile, JSON.stringify(index));
      const reading = await readIndex(folder);
      assert.ok(reading.kind === 'ok');
      assert.equal(reading.entries.get('a1')?.preview, `x${shown}y`);
      await updateIndex(folder, () => undefined);
      await assertKept();
      await updateIndex(folder, (draft) => draft.patch('b2', { lastStatus: 'failed' }));
      const after: unknown = JSON.parse(await readFile(folder.indexFile, 'utf8'));
      const a1 = { ...index.a1, preview: `x${shown}y` };
      assert.deepEqual(after, { a1, b2: { threadId: 't2', lastStatus: 'failed' } });
    });

    it('does not mislead who parses just what changed in an index', () => {
      const text = '{"a1":{"threadId":"t1","preview":"??"},"b2":{"threadId":"t2","preview":"?"}}';
      const parser = new IndexParser(1);
      for (const each of [text, text.replace('??', '?'), text.replace('"t2"', '"t3"'), text]) {
        const parsed = parser.parse(withBytes(each, bytes));
        assert.deepEqual(parsed, new IndexParser(1).parse(withBytes(each, bytes)));
        assert.equal(parsed.kind, 'ok');
      }
    });

    it('between the words of an index is damage, which is told and left alone', async () => {
      const assertKept = await given(folder.indexFile, '{"a1": ?{"threadId": "t1"}}');
      assert.equal((await readIndex(folder)).kind, 'corrupt');
      await assert.rejects(
        updateIndex(folder, (draft) => draft.set('b2', { threadId: 't2' })),
        UserError,
      );
      await assertKept();
    });

    it('makes no id of an index usable', async () => {
      const assertKept = await given(folder.indexFile, '{"a?1":{"threadId":"t1"},"b2":{"threadId":"?"}}');
      const reading = await readIndex(folder);
      assert.equal(reading.kind === 'ok' && reading.entries.size, 0);
      await assertKept();
    });

    it('is a wrong character of a run record, or damage that is left alone', async () => {
      const ids = '"runId":"run-1","threadId":"t1","shortId":"s1"';
      const file = folder.runRecordFile('run-1');
      const assertKept = await given(file, `{${ids},"output":"x?y"}`);
      const { records } = await listRunRecords(folder);
      assert.deepEqual(
        records.map(({ output }) => output),
        [`x${shown}y`],
      );
      await assertKept();
      const assertLeftAlone = await given(file, `{${ids},?}`);
      assert.equal((await readRunRecord(folder, 'run-1')).kind, 'corrupt');
      await assert.rejects(patchRunRecord(folder, 'run-1', { status: 'failed' }), UserError);
      await assertLeftAlone();
    });

    it('is a wrong character of what a run asks leave for, or keeps it from being asked', async () => {
      await mkdir(folder.approvalsDir, { recursive: true });
      const file = folder.approvalRequestFile('p1');
      const assertKept = await given(file, '{"type":"commandExecution","threadId":"t1","command":"rm ?"}');
      assert.equal((await readApproval(folder, 'p1'))?.command, `rm ${shown}`);
      await assertKept();
      const assertLeftAlone = await given(file, '{"type":"commandExecution",?"threadId":"t1"}');
      assert.equal(await readApproval(folder, 'p1'), undefined);
      await assertLeftAlone();
    });

    it('never is a decision', async () => {
      await mkdir(folder.approvalsDir, { recursive: true });
      const assertKept = await given(folder.approvalDecisionFile('p1'), 'accept?');
      assert.equal((await readDecision(folder, 'p1')).kind, 'invalid');
      await assertKept();
    });

    it('is a wrong character of a question, or keeps it from being asked', async () => {
      const box = join(root().path, 'temporary', someKey, 'questions');
      await mkdir(box, { recursive: true, mode: 0o700 });
      assert.deepEqual(await mailboxesIn(join(root().path, 'temporary')), [box]);
      const times = '"askedAt":"2026-01-02T00:00:00.000Z","expiresAt":"2100-01-02T00:00:00.000Z"';
      const assertKept = await given(join(box, 'q0000001.json'), `{"question":"x?y",${times}}`);
      const assertLeftAlone = await given(join(box, 'q0000002.json'), `{"question":"x",${times}?}`);
      const questions = await pendingQuestions(box, Date.now());
      assert.deepEqual(
        questions.map(({ text }) => text),
        [`x${shown}y`],
      );
      await assertKept();
      await assertLeftAlone();
    });

    it('is a wrong character of its own line of a log', async () => {
      const file = join(folder.path, 'run.log');
      const assertKept = await given(file, 'one\n?\nthree ?\n');
      assert.deepEqual(await new LogLines(file).read(), ['one', shown, `three ${shown}`]);
      const tail = new LogTail([file], 1_000);
      assert.equal(await tail.refresh(), true);
      assert.equal(tail.text, `one\n${shown}\nthree ${shown}\n`);
      assert.equal(await tail.refresh(), false);
      await assertKept();
    });
  });
}
