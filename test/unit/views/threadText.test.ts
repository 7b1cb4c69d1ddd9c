import assert from 'node:assert/strict';
import type { Thread } from '../../../src/threads/thread';
import { duration } from '../../../src/base/duration';
import { accessibleLabel, description } from '../../../src/views/threadText';
import { age } from '../../../src/vscode/age';
import { sampleThread } from '../../support/sampleThread';

const now = Date.parse('2026-01-02T03:04:05.000Z');

const thread = sampleThread({
  shortId: 'a1b2c3d4',
  title: 'Add input validation',
  status: 'running',
  owner: 'thisWindow',
  model: 'gpt-5',
  updatedAt: now - 41_000,
  turnStartedAt: now - 41_000,
});

describe('the text of a row', () => {
  it('says how long something took in the two largest units', () => {
    assert.deepEqual([0, 41_000, 60_000, 185_000, 3_600_000, 7_620_000].map(duration), [
      '0s',
      '41s',
      '1m',
      '3m 5s',
      '1h',
      '2h 7m',
    ]);
  });

  it('says how long ago something was in the largest unit', () => {
    assert.deepEqual([1_000, 300_000, 7_200_000, 300_000_000].map(age), [
      'now',
      '5m ago',
      '2h ago',
      '3d ago',
    ]);
  });

  it('has the time, the model and the short id', () => {
    assert.equal(description(thread, now), '41s · gpt-5 · a1b2c3d4');
  });

  it('says who else runs a turn, and why one ended', () => {
    assert.equal(description({ ...thread, owner: 'cli' }, now), '41s · CLI · gpt-5 · a1b2c3d4');
    const interrupted: Thread = {
      ...thread,
      status: 'interrupted',
      owner: 'nobody',
      reason: 'killed',
      turnStartedAt: undefined,
    };
    assert.equal(description(interrupted, now), 'now · killed · gpt-5 · a1b2c3d4');
  });

  it('of a thread that waits begins with what it waits for', () => {
    const pendingApproval = {
      id: 'a',
      kind: 'command',
      summary: 'wants to run ls',
      reason: undefined,
      decisions: [],
    } as const;
    const waiting: Thread = { ...thread, status: 'needsYou', pendingApproval };
    assert.equal(description(waiting, now), 'wants to run ls · gpt-5 · a1b2c3d4');
  });

  it('begins with the status for a screen reader, and does not change with the time', () => {
    assert.equal(accessibleLabel(thread), 'Running: Add input validation, gpt-5, a1b2c3d4');
  });
});
