import assert from 'node:assert/strict';
import { silentLog } from '../../../../src/base/log';
import type { ServerPool } from '../../../../src/threads/history/codexHistory';
import type { ThreadGoal } from '../../../../src/threads/history/threadGoal';
import { ThreadGoals } from '../../../../src/threads/history/threadGoals';

const goal: ThreadGoal = { objective: 'All green', status: 'active', tokenBudget: undefined, tokensUsed: 0 };

describe('the goals of threads', () => {
  it('are asked of codex once no run of ours is live, and kept until such a run has heard more', async () => {
    let asked = 0;
    const server: ServerPool = {
      use: (work) => {
        asked += 1;
        return work({ request: () => Promise.resolve({ goal }) } as unknown as Parameters<typeof work>[0]);
      },
    };
    let run: { turn: { goal: ThreadGoal | null | undefined } } | undefined;
    const state = { threadsOnDisk: () => [], loadLatestRun: () => Promise.resolve(undefined) };
    const goals = new ThreadGoals(server, { get: () => run }, state, silentLog);
    run = { turn: { goal: undefined } };
    assert.equal(await goals.get('t'), undefined);
    run = undefined;
    assert.deepEqual(await goals.get('t'), goal);
    run = { turn: { goal: undefined } };
    assert.deepEqual(await goals.get('t'), goal);
    run.turn.goal = { ...goal, status: 'paused' };
    assert.equal((await goals.get('t'))?.status, 'paused');
    run.turn.goal = null;
    assert.equal(await goals.get('t'), undefined);
    assert.equal(asked, 1);
  });
});
