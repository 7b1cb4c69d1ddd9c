import assert from 'node:assert/strict';
import { figuresOf, terminalFields } from '../../../src/state/runOutcome';
import type { RunOutcome } from '../../../src/state/runOutcome';

describe('the end of a run of ours', () => {
  const [from, to] = [new Date('2026-01-02T03:04:05.000Z'), new Date('2026-01-02T03:04:08.000Z')];
  const plain: RunOutcome = { status: 'completed', output: 'x', filesChanged: [], commandsRun: [] };
  const objective = `Ship ${'it '.repeat(1000)}`;
  const goal = { objective, status: 'paused', tokenBudget: undefined, tokensUsed: 105 };

  it('stands in its record with the goal as the command line notes it, and with none where there is none', () => {
    const updatedAt = to.toISOString();
    const noted = { objective, status: 'paused', tokenBudget: null, tokensUsed: 105, turns: 1, updatedAt };
    assert.deepEqual(terminalFields({ ...plain, goal }, from, to).goal, noted);
    assert.ok(!('goal' in terminalFields(plain, from, to)));
  });

  it('is kept in figures that stay small', () => {
    const diff = '@@ -1 +1,2 @@\n-a\n+b\n+c\n';
    const filesChanged = [
      { path: '/a', kind: 'update', diff },
      { path: '/b', kind: 'add', diff: 'x\ny\nz\n'.repeat(10_000) },
    ];
    const figures = figuresOf({ ...plain, filesChanged, totalTokens: 7, goal });
    assert.deepEqual(figures.changes, { added: 30_002, removed: 1 });
    assert.equal(figures.totalTokens, 7);
    assert.ok(JSON.stringify(figures).length < 400);
    const none = { changes: undefined, totalTokens: undefined, goal: undefined };
    assert.deepEqual(figuresOf(plain), none);
  });
});
