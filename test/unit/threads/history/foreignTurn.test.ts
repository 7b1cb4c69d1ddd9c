import assert from 'node:assert/strict';
import { once } from 'node:events';
import { silentLog } from '../../../../src/base/log';
import { ForeignTurn } from '../../../../src/threads/history/foreignTurn';
import type { Turn } from '../../../../src/threads/history/turn';

describe('a turn that somebody else runs', () => {
  it('is looked for in codex until that has its prompt, and tells only of what is new', async () => {
    const place = { runId: 'run', prompt: undefined, startedAt: 5_000, file: '/none', offset: 0, since: 0 };
    const found = new EventTarget();
    const turn = new ForeignTurn(() => Promise.resolve(place), silentLog);
    let changes = 0;
    turn.onDidChange(() => {
      changes += 1;
      found.dispatchEvent(new Event('change'));
    });
    await once(found, 'change');
    const begun: Turn = {
      ...{ id: 'turn', status: 'unknown', prompt: undefined, startedAt: 5_000, durationMs: undefined },
      ...{ error: undefined, items: [], hasAllItems: false, plan: undefined },
    };
    turn.adopt([begun]);
    assert.deepEqual([turn.id, turn.isAdopted, changes], ['turn', false, 2]);
    turn.adopt([{ ...begun }]);
    assert.equal(changes, 2, 'a change would lead to the next question at once');
    turn.adopt([{ ...begun, prompt: 'Look around' }]);
    assert.deepEqual([turn.isAdopted, turn.current?.prompt, changes], [true, 'Look around', 3]);
    turn.dispose();
  });
});
