import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TurnProgress } from '../../../src/threads/turnProgress';
import { logLinesOf } from '../../../src/threads/turnLog';

const message = (id: string, text: string, phase: string | null): unknown => ({
  type: 'agentMessage',
  id,
  text,
  phase,
});

describe('the progress of a turn', () => {
  it('takes the final answers as its output', () => {
    const progress = new TurnProgress();
    progress.itemCompleted(message('a', 'Let me look.', 'commentary'));
    progress.itemCompleted(message('b', 'Done.', 'final_answer'));
    assert.equal(progress.output, 'Done.');
  });

  it('takes every message where none is marked as final', () => {
    const progress = new TurnProgress();
    progress.itemCompleted(message('a', 'One.', null));
    progress.itemCompleted(message('b', 'Two.', null));
    assert.equal(progress.output, 'One.\nTwo.');
  });

  it('has what was streamed of a message that never completed', () => {
    const progress = new TurnProgress();
    progress.itemCompleted(message('a', 'One.', null));
    progress.addDelta({ itemId: 'b', delta: 'Tw' });
    progress.addDelta({ itemId: 'b', delta: 'o' });
    assert.equal(progress.output, 'One.\nTwo');
  });

  it('takes a review before everything else', () => {
    const progress = new TurnProgress();
    progress.itemCompleted({ type: 'exitedReviewMode', id: 'r', review: '- [P1] Bad' });
    progress.itemCompleted(message('b', 'Bye.', 'final_answer'));
    assert.equal(progress.output, '- [P1] Bad');
  });

  it('logs a turn in the words of the CLI', () => {
    const progress = new TurnProgress();
    const command = (fields: object): unknown => ({
      type: 'commandExecution',
      id: 'c',
      command: 'npm test',
      ...fields,
    });
    const steps = [
      ...progress.itemStarted(command({ status: 'inProgress' })),
      ...progress.itemCompleted(command({ status: 'completed', exitCode: 0, durationMs: 12 })),
      ...progress.itemCompleted(command({ status: 'failed', exitCode: 3, durationMs: 5 })),
      ...progress.itemCompleted(command({ status: 'declined', exitCode: null })),
      ...progress.itemCompleted({
        type: 'fileChange',
        id: 'f',
        status: 'completed',
        changes: [{ path: '/w/a.ts', kind: { type: 'add' }, diff: 'a\n' }],
      }),
      ...progress.itemCompleted({
        type: 'fileChange',
        id: 'g',
        status: 'declined',
        changes: [{ path: '/w/b.ts', kind: { type: 'update', move_path: null }, diff: '' }],
      }),
      ...progress.itemCompleted(message('m', 'Now the tests.', 'commentary')),
      ...progress.error({ error: { message: 'overloaded' }, willRetry: true }),
    ];
    assert.deepEqual(steps.flatMap(logLinesOf), [
      '[codex] Running: npm test',
      'command: npm test (exit 0)',
      '[codex] Command failed: npm test',
      'command: npm test (exit 3)',
      '[codex] Command declined: npm test',
      '[codex] Edited: /w/a.ts (add)',
      '[codex] File change declined: /w/b.ts',
      '[codex] Now the tests.',
      '[codex] Error: overloaded (will retry)',
      'error: overloaded (will retry)',
    ]);
    assert.deepEqual(progress.filesChanged, [{ path: '/w/a.ts', kind: 'add', diff: 'a\n' }]);
    assert.deepEqual(
      progress.commandsRun.map((run) => run.exitCode),
      [0, 3],
    );
  });

  it('keeps a bounded part of an answer that never ends', () => {
    const progress = new TurnProgress();
    for (let i = 0; i < 100; i++) progress.addDelta({ itemId: 'a', delta: 'x'.repeat(100_000) });
    assert.ok(progress.output.length <= 4 * 1024 * 1024);
  });

  it('survives whatever a server may send', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('delta', 'started', 'completed', 'error'), fc.anything())),
        (calls) => {
          const progress = new TurnProgress();
          for (const [kind, value] of calls) {
            if (kind === 'delta') progress.addDelta(value);
            else if (kind === 'started') progress.itemStarted(value);
            else if (kind === 'completed') progress.itemCompleted(value);
            else progress.error(value);
          }
          return typeof progress.output === 'string';
        },
      ),
    );
  });
});
