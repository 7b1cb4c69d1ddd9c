import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/userError';
import {
  createRunRecord,
  listRunIds,
  listRunRecords,
  parseRunRecord,
  patchRunRecord,
  readRunRecord,
  recordLogFile,
  type RunRecord,
} from '../../../src/state/runRecords';
import type { StateFolder } from '../../../src/state/stateFolder';
import { someKey, useScratchRoot } from './scratchRoot';

const ids = { runId: 'run-mwrqxitv-894061', threadId: 't1', shortId: 'ce480c56' };

describe('run records', () => {
  const root = useScratchRoot();
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
  });

  const recordOf = (fields: object): RunRecord => {
    const parsed = parseRunRecord(JSON.stringify({ ...ids, ...fields }));
    assert.ok(parsed.kind === 'ok');
    return parsed.record;
  };

  it('have their known fields checked', () => {
    const record = recordOf({ pid: '7', prompt: null, logOffset: -1, status: 'running', x: 1 });
    assert.equal(record.pid, undefined);
    assert.equal(record.prompt, undefined);
    assert.equal(record.logOffset, 0);
    assert.equal(record.status, 'running');
    assert.equal(record.raw.x, 1);
    assert.equal(recordOf({ pendingApproval: { id: 'call_1' } }).pendingApprovalId, 'call_1');
  });

  it('without usable ids, or that are no object, are corrupt, and nothing makes the reader throw', () => {
    const bad = ['null', '[]', '{', '', '{}', JSON.stringify({ ...ids, shortId: '../x' })];
    for (const text of bad) assert.equal(parseRunRecord(text).kind, 'corrupt', text);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        parseRunRecord(text);
      }),
    );
  });

  it('keep all that we do not know when they are patched', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (extra) => {
        const raw = { ...(JSON.parse(JSON.stringify(extra)) as object), ...ids, phase: 'starting' };
        await createRunRecord(folder, raw);
        assert.equal(await patchRunRecord(folder, ids.runId, { phase: 'running' }), true);
        const text = await readFile(folder.runRecordFile(ids.runId), 'utf8');
        assert.equal(text, JSON.stringify({ ...raw, phase: 'running' }, null, 2));
      }),
      { numRuns: 50 },
    );
    assert.deepEqual(await readdir(folder.runsDir ?? ''), [`${ids.runId}.json`]);
  });

  it('that are gone are not made again, damaged ones not overwritten', async () => {
    assert.equal(await patchRunRecord(folder, ids.runId, { phase: 'running' }), false);
    assert.deepEqual(await readdir(folder.runsDir ?? ''), []);
    const file = folder.runRecordFile(ids.runId);
    await writeFile(file, '{"runId": ');
    await assert.rejects(patchRunRecord(folder, ids.runId, {}), UserError);
    assert.equal(await readFile(file, 'utf8'), '{"runId": ');
    await rm(file);
    await mkdir(file);
    assert.equal((await readRunRecord(folder, ids.runId)).kind, 'unreadable');
  });

  it('are listed oldest first, the unusable by name', async () => {
    await createRunRecord(folder, { ...ids, runId: 'a', startedAt: '2026-11-22T11:00:01.000Z' });
    await createRunRecord(folder, { ...ids, runId: 'b', startedAt: '2026-11-22T11:00:00.000Z' });
    const runs = folder.runsDir ?? '';
    await writeFile(join(runs, 'null.json'), 'null');
    await writeFile(join(runs, '.ledger-version'), '2');
    await writeFile(join(runs, 'x.json.tmp'), '');
    const listed = await listRunRecords(folder);
    assert.deepEqual(
      listed.records.map((record) => record.runId),
      ['b', 'a'],
    );
    assert.deepEqual(listed.unusable, ['null']);
    assert.deepEqual(await listRunIds(root().global), []);
    assert.deepEqual(await listRunIds(root().workspace('none-0123456789abcdef')), []);
  });

  it('lead to logs of their own folder or of the global one, and nowhere else', async () => {
    const inside = join(folder.logsDir, 's1', 'r1.log');
    const global = join(root().path, 'logs', 's1.log');
    assert.equal(await recordLogFile(folder, recordOf({ logFile: 'logs/s1/r1.log' })), inside);
    assert.equal(await recordLogFile(folder, recordOf({ logFile: global })), global);
    await symlink('/etc', join(folder.logsDir, 'link'));
    const outside = ['/etc/passwd', '../../../x', 'runs/x.json', 'logs', 'logs/link/passwd', 'logs/../x', ''];
    for (const logFile of outside) {
      assert.equal(await recordLogFile(folder, recordOf({ logFile })), undefined, logFile);
    }
    assert.equal(existsSync(inside), false);
  });
});
