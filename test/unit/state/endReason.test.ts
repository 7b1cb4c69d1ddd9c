import assert from 'node:assert/strict';
import { endedFields, endReasonOf } from '../../../src/state/endReason';

describe('the reason for which a thread ended', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');

  it('is read back from the fields that were written', () => {
    const entry = endedFields('failed', at, 'codex exited (code 3)');
    assert.equal(entry.lastStatus, 'failed');
    assert.equal(endReasonOf(entry), 'codex exited (code 3)');
  });

  it('no longer counts when somebody has written the entry since', () => {
    const entry = { ...endedFields('failed', at, 'timed out'), updatedAt: '2026-01-02T04:00:00.000Z' };
    assert.equal(endReasonOf(entry), undefined);
  });

  it('is nothing where there is none, or where a stranger wrote something else', () => {
    assert.equal(endReasonOf(endedFields('completed', at, undefined)), undefined);
    for (const strange of [null, 'x', [], 7, { at: at.toISOString(), reason: 7 }]) {
      assert.equal(endReasonOf({ updatedAt: at.toISOString(), codexCollabVscode: strange }), undefined);
    }
  });
});
