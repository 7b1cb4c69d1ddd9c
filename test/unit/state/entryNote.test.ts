import assert from 'node:assert/strict';
import type { UnknownRecord } from '../../../src/base/record';
import { endedFields, noteOf, runningFields } from '../../../src/state/entryNote';

describe('our note in an index entry', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const none = { changes: undefined, totalTokens: undefined, goal: undefined };
  const nothing = { reason: undefined, isRunByWindow: false };

  it('says why a thread ended', () => {
    const entry = endedFields('failed', at, 'codex exited (code 3)');
    assert.equal(entry.lastStatus, 'failed');
    assert.deepEqual(noteOf(entry), { ...none, reason: 'codex exited (code 3)', isRunByWindow: false });
  });

  it('says that a window runs it, and no longer does when the run has ended', () => {
    const running = runningFields(at);
    assert.equal(noteOf(running).isRunByWindow, true);
    assert.deepEqual(noteOf({ ...running, ...endedFields('completed', at, undefined) }), {
      ...none,
      ...nothing,
    });
  });

  it('says what the run came to', () => {
    const goal = { objective: 'Ship it', status: 'paused' };
    const figures = { changes: { added: 2, removed: 1 }, totalTokens: 1234, goal };
    const entry: unknown = JSON.parse(JSON.stringify(endedFields('completed', at, undefined, figures)));
    assert.deepEqual(noteOf(entry as UnknownRecord), { ...nothing, ...figures });
  });

  it('no longer counts when somebody has written the entry since', () => {
    const since = { updatedAt: '2026-01-02T04:00:00.000Z' };
    assert.deepEqual(noteOf({ ...endedFields('failed', at, 'timed out'), ...since }), nothing);
    assert.deepEqual(noteOf({ ...runningFields(at), ...since }), nothing);
  });

  it('is nothing where a stranger wrote something else', () => {
    const updatedAt = at.toISOString();
    for (const strange of [undefined, null, 'x', [], 7]) {
      assert.deepEqual(noteOf({ updatedAt, codexCollabVscode: strange }), nothing);
    }
    const figures = [
      { reason: 7, changes: [], totalTokens: '7', goal: 'Ship it' },
      { changes: { added: -1, removed: 0 }, totalTokens: 0.5, goal: { status: 'paused' } },
      { changes: { added: 1 }, totalTokens: -1, goal: null },
    ];
    for (const strange of figures) {
      const entry = { updatedAt, codexCollabVscode: { at: updatedAt, ...strange } };
      assert.deepEqual(noteOf(entry), { ...none, ...nothing });
    }
  });
});
