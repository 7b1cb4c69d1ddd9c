import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changesOfThread, changesOfTurn, turnTotals } from '../../../../src/threads/changes/changedFiles';
import { lineCounts, countLines } from '../../../../src/base/lineCounts';
import { totalsText } from '../../../../src/threads/changes/totalsText';
import { parseFileEdits } from '../../../../src/threads/turnItem';
import { diffOf, edited } from './randomEdits';
import { add, move, remove, turn, update } from './turns';

const HUNK = '@@ -1 +1,2 @@\n-a\n+b\n+c\n';

/** A line a file: `kind path → movedTo +added −removed (edits)`. */
function shown(...args: Parameters<typeof changesOfThread>): string[] {
  return changesOfThread(...args).map(({ kind, path, movedTo, added, removed, edits }) =>
    [
      kind,
      path,
      ...(movedTo === undefined ? [] : ['→', movedTo]),
      totalsText({ added, removed }),
      `(${edits.length})`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
}

describe('the files that a turn changed', () => {
  it('are told by path, with what was done to each', () => {
    const one = turn(
      '1',
      [update('/w/b', HUNK), add('/w/c', 'x\ny')],
      [remove('/w/a', 'gone\n'), move('/w/d', '/w/e')],
    );
    assert.deepEqual(shown([one]), [
      'delete /w/a −1 (1)',
      'update /w/b +2 −1 (1)',
      'add /w/c +2 (1)',
      'update /w/d → /w/e (1)',
    ]);
    assert.deepEqual(turnTotals(one), { files: 4, added: 4, removed: 2 });
  });

  it('are only those whose change was completed', () => {
    const one = turn('1', [update('/w/b', HUNK)]);
    for (const status of ['declined', 'failed', 'running', 'interrupted'] as const) {
      const items = one.items.map((item) => ({ ...item, status }));
      assert.deepEqual(changesOfTurn({ ...one, items }), []);
      assert.equal(turnTotals({ ...one, items }), undefined);
    }
  });

  const combined: readonly [string, Parameters<typeof turn>[1], string[]][] = [
    ['added, then changed', [add('/w/a', 'a\n'), update('/w/a', HUNK)], ['add /w/a +2 (2)']],
    ['added, then deleted', [add('/w/a', 'a\n'), remove('/w/a', 'a\n')], []],
    ['changed twice', [update('/w/a', HUNK), update('/w/a', HUNK)], ['update /w/a +4 −2 (2)']],
    ['changed, then deleted', [update('/w/a', HUNK), remove('/w/a', 'b\nc\n')], ['delete /w/a −1 (2)']],
    ['deleted, then added again', [remove('/w/a', 'a\n'), add('/w/a', 'b\n')], ['update /w/a +1 −1 (2)']],
    ['changed, then moved', [update('/w/a', HUNK), move('/w/a', '/w/b')], ['update /w/a → /w/b +2 −1 (2)']],
    ['moved, then changed', [move('/w/a', '/w/b'), update('/w/b', HUNK)], ['update /w/a → /w/b +2 −1 (2)']],
    ['moved there and back', [move('/w/a', '/w/b'), move('/w/b', '/w/a')], ['update /w/a (2)']],
    ['added, then moved', [add('/w/a', 'a\n'), move('/w/a', '/w/b')], ['add /w/b +1 (2)']],
    ['moved, then deleted', [move('/w/a', '/w/b'), remove('/w/b', 'a\n')], ['delete /w/a −1 (2)']],
    [
      'moved, and another one put in its place',
      [move('/w/a', '/w/b'), add('/w/a', 'n\n')],
      ['update /w/a → /w/b (1)', 'add /w/a +1 (1)'],
    ],
  ];
  for (const [what, edits, expected] of combined) {
    it(`are one change each: ${what}`, () => {
      assert.deepEqual(shown([turn('1', edits)]), expected);
      assert.deepEqual(shown([turn('1', edits.slice(0, 1)), turn('2', edits.slice(1))]), expected);
    });
  }
});

describe('the lines of an edit', () => {
  it('are counted as a diff counts them', () => {
    fc.assert(
      fc.property(edited, ([before, after]) => {
        const { added, removed } = lineCounts(update('/w/a', diffOf(before, after)));
        assert.equal(countLines(after) - countLines(before), added - removed);
      }),
    );
    assert.deepEqual(lineCounts(update('/w/a', '@@ -1 +1 @@\n-a\rb\u2028-c\n+a\n')), {
      added: 1,
      removed: 1,
    });
  });

  it('are shown as numbers with a sign, and nothing where there are none', () => {
    assert.equal(totalsText({ added: 12, removed: 3 }), '+12 −3');
    assert.equal(totalsText({ added: 1, removed: 0 }), '+1');
    assert.equal(totalsText({ added: 0, removed: 0 }), '');
  });
});

describe('the edits of a fileChange item', () => {
  it('say where a file was moved to, as codex says it and as a run record does', () => {
    const diff = '@@ -1 +1 @@\n-a\n+b\n\n\nMoved to: /w/new name';
    const movedTo = '/w/new name';
    assert.deepEqual(parseFileEdits([{ path: '/w/a', kind: { type: 'update', move_path: movedTo }, diff }]), [
      { path: '/w/a', kind: 'update', diff, movedTo },
    ]);
    assert.deepEqual(parseFileEdits([{ path: '/w/a', kind: 'update', diff }]), [
      { path: '/w/a', kind: 'update', diff, movedTo },
    ]);
    const text = 'x\n\nMoved to: /w/b';
    assert.deepEqual(parseFileEdits([{ path: '/w/a', kind: { type: 'add' }, diff: text }]), [
      add('/w/a', text),
    ]);
    assert.deepEqual(
      parseFileEdits([{ path: '/w/a', kind: { type: 'update', move_path: null }, diff: '' }]),
      [update('/w/a', '')],
    );
  });
});
