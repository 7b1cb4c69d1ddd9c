import assert from 'node:assert/strict';
import { endedFields, noteOf, runningFields } from '../../../src/state/entryNote';

describe('our note in an index entry', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const nothing = { reason: undefined, isRunByWindow: false };

  it('says why a thread ended', () => {
    const entry = endedFields('failed', at, 'codex exited (code 3)');
    assert.equal(entry.lastStatus, 'failed');
    assert.deepEqual(noteOf(entry), { reason: 'codex exited (code 3)', isRunByWindow: false });
  });

  it('says that a window runs it, and no longer does when the run has ended', () => {
    const running = runningFields(at);
    assert.equal(noteOf(running).isRunByWindow, true);
    assert.deepEqual(noteOf({ ...running, ...endedFields('completed', at, undefined) }), nothing);
  });

  it('no longer counts when somebody has written the entry since', () => {
    const since = { updatedAt: '2026-01-02T04:00:00.000Z' };
    assert.deepEqual(noteOf({ ...endedFields('failed', at, 'timed out'), ...since }), nothing);
    assert.deepEqual(noteOf({ ...runningFields(at), ...since }), nothing);
  });

  it('is nothing where a stranger wrote something else', () => {
    for (const strange of [undefined, null, 'x', [], 7, { at: at.toISOString(), reason: 7 }]) {
      assert.deepEqual(noteOf({ updatedAt: at.toISOString(), codexCollabVscode: strange }), nothing);
    }
  });
});
