import assert from 'node:assert/strict';
import { access, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { readPresentFile } from '../../../../src/threads/changes/presentFile';
import { planRevert, planUndo, recheck } from '../../../../src/threads/changes/revertPlan';
import type {
  Disk,
  RefusalReason,
  Reversion,
  RevertPlan,
  RevertScope,
} from '../../../../src/threads/changes/revertPlan';
import { placeProblem } from '../../../../src/threads/changes/writablePlace';
import type { Turn } from '../../../../src/threads/history/turn';
import { createTemporaryFolder } from '../../../support/temporaryFolder';
import type { TemporaryFolder } from '../../../support/temporaryFolder';
import { diffOf, edited } from './randomEdits';
import { add, move, remove, turn, update } from './turns';

describe('taking back what turns changed', () => {
  let folder: TemporaryFolder;
  let root: string;
  let unsaved: Set<string>;
  beforeEach(async () => {
    folder = await createTemporaryFolder('revert-');
    root = join(folder.path, 'project');
    await mkdir(root);
    unsaved = new Set();
  });
  afterEach(() => folder.remove());

  const at = (name: string): string => join(root, name);
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  };
  /** The text of a file; undefined where there is none. */
  const read = (name: string): Promise<string | undefined> =>
    readFile(at(name), 'utf8').catch(() => undefined);
  const disk: Disk = {
    read: readPresentFile,
    obstacle: async (path) => (unsaved.has(path) ? 'unsaved' : await placeProblem(path, [root])),
  };
  const carryOut = async ({ reversions }: RevertPlan): Promise<readonly Reversion[]> => {
    for (const { step } of reversions) {
      if (step.kind === 'delete') await rm(step.path);
      if (step.kind === 'move') await rename(step.path, step.movedTo);
      if (step.kind === 'create') await writeFile(step.path, step.to, { flag: 'wx' });
      if (step.kind === 'write') await writeFile(step.path, step.to);
      if (step.kind === 'move') await writeFile(step.movedTo, step.to);
    }
    return reversions;
  };
  const plan = (turns: readonly Turn[], scope: RevertScope = {}): Promise<RevertPlan> =>
    planRevert(turns, scope, disk);
  const refused = ({ refusals }: RevertPlan): [string, RefusalReason][] =>
    refusals.map(({ file, reason }) => [file.path.slice(root.length + 1), reason]);
  /** Reverts, and undoes that again. */
  const there = async (turns: readonly Turn[], scope: RevertScope = {}): Promise<readonly Reversion[]> => {
    const planned = await plan(turns, scope);
    assert.deepEqual(refused(planned), []);
    return await carryOut(planned);
  };
  const back = async (done: readonly Reversion[]): Promise<void> => {
    const planned = await planUndo(done, disk);
    assert.deepEqual(refused(planned), []);
    await carryOut(planned);
  };

  it('gives back every file that was changed, added, deleted or moved, and undone what they were', async () => {
    await put('changed', 'A\nb\n');
    await put('sub/added', 'new\n');
    await put('moved', 'M\nm\n');
    const turns = [
      turn(
        '1',
        [update(at('changed'), diffOf('a\nb\n', 'A\nb\n')), add(at('sub/added'), 'new\n')],
        [remove(at('deleted'), 'gone'), move(at('origin'), at('moved'), diffOf('m\nm\n', 'M\nm\n'))],
      ),
    ];
    const done = await there(turns);
    const names = ['changed', 'sub/added', 'deleted', 'origin', 'moved'];
    assert.deepEqual(await Promise.all(names.map(read)), ['a\nb\n', undefined, 'gone', 'm\nm\n', undefined]);
    await back(done);
    assert.deepEqual(await Promise.all(names.map(read)), ['A\nb\n', 'new\n', undefined, undefined, 'M\nm\n']);
  });

  it('gives back any text after any edits of any number of turns', async () => {
    await fc.assert(
      fc.asyncProperty(edited, fc.array(edited, { maxLength: 3 }), async ([first, second], more) => {
        const texts = [first, second, ...more.map(([text]) => text)];
        const turns = texts
          .slice(1)
          .map((text, i) => turn(`${i}`, [update(at('f'), diffOf(texts[i] ?? '', text))]));
        const last = texts.at(-1) ?? '';
        await put('f', last);
        const isText = texts.every((text) => !text.includes('\0'));
        if (!isText) return;
        const done = await there(turns);
        assert.equal(await read('f'), first);
        await back(done);
        assert.equal(await read('f'), last);
      }),
      { numRuns: 60 },
    );
  });

  it('takes back one turn and leaves what later ones and the person made elsewhere in the file', async () => {
    const texts = ['a\nb\nc\nd\ne\nf\n', 'A\nb\nc\nd\ne\nf\n', 'A\nb\nc\nD\nd2\ne\nf\n'];
    const turns = [1, 2].map((n) =>
      turn(`${n}`, [update(at('f'), diffOf(texts[n - 1] ?? '', texts[n] ?? ''))]),
    );
    await put('f', `${texts[2] ?? ''}mine\n`);
    const done = await there(turns, { turnId: '1' });
    assert.equal(await read('f'), 'a\nb\nc\nD\nd2\ne\nf\nmine\n');
    await back(done);
    assert.equal(await read('f'), `${texts[2] ?? ''}mine\n`);
  });

  it('takes back one file of a turn', async () => {
    await put('a', 'a\n');
    await put('b', 'b\n');
    await there([turn('1', [add(at('a'), 'a\n'), add(at('b'), 'b\n')])], { turnId: '1', path: at('a') });
    assert.deepEqual([await read('a'), await read('b')], [undefined, 'b\n']);
  });

  it('moves a file back before another one is put into its place again, and the other way round', async () => {
    await put('b', 'first\n');
    await put('a', 'second\n');
    const done = await there([turn('1', [move(at('a'), at('b')), add(at('a'), 'second\n')])]);
    assert.deepEqual([await read('a'), await read('b')], ['first\n', undefined]);
    await back(done);
    assert.deepEqual([await read('a'), await read('b')], ['second\n', 'first\n']);
  });

  it('has nothing to do where a file is gone that was added, and where edits cancel each other out', async () => {
    await put('f', 'a\n');
    const there2 = [update(at('f'), diffOf('a\n', 'b\n')), update(at('f'), diffOf('b\n', 'a\n'))];
    const planned = await plan([turn('1', there2)]);
    assert.deepEqual([planned.reversions, planned.refusals], [[], []]);
  });

  describe('refuses a file', () => {
    const hunks = diffOf('a\nb\nc\n', 'a\nB\nc\n');
    const cases: [string, RefusalReason, () => Promise<readonly Turn[]>][] = [
      [
        'whose lines somebody changed since',
        'changedSince',
        async () => {
          await put('f', 'a\nmine\nc\n');
          return [turn('1', [update(at('f'), hunks)])];
        },
      ],
      [
        'that was added and changed since',
        'changedSince',
        async () => {
          await put('f', 'new\nmine\n');
          return [turn('1', [add(at('f'), 'new\n')])];
        },
      ],
      ['that is gone', 'changedSince', () => Promise.resolve([turn('1', [update(at('f'), hunks)])])],
      [
        'that was deleted and is there again',
        'changedSince',
        async () => {
          await put('f', 'mine\n');
          return [turn('1', [remove(at('f'), 'a\n')])];
        },
      ],
      [
        'whose lines a later turn changed',
        'laterTurn',
        async () => {
          await put('f', 'a\nBB\nc\n');
          return [
            turn('1', [update(at('f'), hunks)]),
            turn('2', [update(at('f'), diffOf('a\nB\nc\n', 'a\nBB\nc\n'))]),
          ];
        },
      ],
      [
        'that it added and a later turn changed',
        'laterTurn',
        async () => {
          await put('f', 'a\nB\nc\n');
          return [turn('1', [add(at('f'), 'a\nb\nc\n')]), turn('2', [update(at('f'), hunks)])];
        },
      ],
      [
        'that a later turn deleted',
        'laterTurn',
        () =>
          Promise.resolve([turn('1', [update(at('f'), hunks)]), turn('2', [remove(at('f'), 'a\nB\nc\n')])]),
      ],
      [
        'that a later turn moved on',
        'laterTurn',
        async () => {
          await put('h', 'x\n');
          return [turn('1', [move(at('f'), at('g'))]), turn('2', [move(at('g'), at('h'))])];
        },
      ],
      [
        'that it wrote over, when nobody has kept what was there',
        'overwritten',
        async () => {
          await put('f', 'new\n');
          return [turn('1', [update(at('f'), hunks), add(at('f'), 'new\n')])];
        },
      ],
      [
        'whose old place is taken',
        'placeTaken',
        async () => {
          await put('g', 'x\n');
          await put('f', 'mine\n');
          return [turn('1', [move(at('f'), at('g'))])];
        },
      ],
      [
        'with unsaved changes',
        'unsaved',
        async () => {
          await put('f', 'a\nB\nc\n');
          unsaved.add(at('f'));
          return [turn('1', [update(at('f'), hunks)])];
        },
      ],
      [
        'that is no text',
        'binary',
        async () => {
          await put('f', 'a\nB\0c\n');
          return [turn('1', [update(at('f'), hunks)])];
        },
      ],
      [
        'that is too large',
        'tooBig',
        async () => {
          await put('f', 'x'.repeat(10 * 1024 * 1024));
          return [turn('1', [update(at('f'), hunks)])];
        },
      ],
      [
        'whose edit is no diff',
        'changedSince',
        async () => {
          await put('f', 'a\n');
          return [turn('1', [update(at('f'), 'nonsense')])];
        },
      ],
    ];
    for (const [what, reason, prepare] of cases) {
      it(what, async () => {
        const turns = await prepare();
        const planned = await plan(turns, { turnId: '1' });
        assert.deepEqual(
          planned.refusals.map((each) => each.reason),
          [reason],
        );
        assert.deepEqual(planned.reversions, []);
      });
    }

    it('and offers the others', async () => {
      await put('f', 'mine\n');
      await put('g', 'g\n');
      const planned = await plan([turn('1', [add(at('f'), 'f\n'), add(at('g'), 'g\n')])]);
      assert.deepEqual(refused(planned), [['f', 'changedSince']]);
      assert.deepEqual(
        planned.reversions.map(({ step }) => step),
        [{ kind: 'delete', path: at('g'), from: 'g\n' }],
      );
    });

    it('that changed between the question and the answer, and between the revert and its undoing', async () => {
      await put('f', 'f\n');
      await put('g', 'g\n');
      const planned = await plan([turn('1', [add(at('f'), 'f\n'), add(at('g'), 'g\n')])]);
      await put('f', 'mine\n');
      const again = await recheck(planned.reversions, disk);
      assert.deepEqual(refused(again), [['f', 'changedSince']]);
      const done = await carryOut(again);
      await put('g', 'mine\n');
      assert.deepEqual(refused(await planUndo(done, disk)), [['g', 'placeTaken']]);
    });
  });

  it('what one thing overwrote comes back where an earlier edit tells it', async () => {
    await put('f', 'new\n');
    const turns = [turn('1', [add(at('f'), 'old\n')]), turn('2', [add(at('f'), 'new\n')])];
    await there(turns, { turnId: '2' });
    assert.equal(await read('f'), 'old\n');
  });

  describe('writes only', () => {
    const problem = (path: string): Promise<string | undefined> => placeProblem(path, [root]);

    it('below the folders that it may write, links resolved', async () => {
      await put('sub/f', 'x');
      await writeFile(join(folder.path, 'outside'), 'x');
      await symlink(join(folder.path, 'outside'), at('file link'));
      await symlink(folder.path, at('folder link'));
      await symlink(join(folder.path, 'nowhere'), at('dangling'));
      await symlink(at('sub'), at('inner'));
      const allowed = [
        at('sub/f'),
        at('sub/new'),
        at('new/folder/f'),
        at('inner/f'),
        at('..x'),
        at('sub/../f'),
      ];
      for (const path of allowed) assert.equal(await problem(path), undefined, path);
      const outside = [
        join(folder.path, 'outside'),
        `${root}/../outside`,
        `${root}-other/f`,
        root,
        at('file link'),
        at('folder link/f'),
        at('folder link/new/f'),
        at('dangling'),
        at('dangling/f'),
        'f',
        '../f',
        '',
        at('f\0'),
        '/etc/passwd',
      ];
      for (const path of outside) assert.equal(await problem(path), 'outside', path);
    });

    it('what does not belong to git, and what is not read-only', async () => {
      await put('.git/hooks/x', 'x');
      assert.equal(await problem(at('.git/hooks/pre-commit')), 'gitFolder');
      assert.equal(await problem(at('sub/.GIT/config')), 'gitFolder');
      assert.equal(await problem(at('.gitignore')), undefined);
      await put('locked', 'x');
      await chmod(at('locked'), 0o400);
      // The superuser may write it all the same.
      const mayWrite = await access(at('locked'), 2).then(
        () => true,
        () => false,
      );
      assert.equal(await problem(at('locked')), mayWrite ? undefined : 'readOnly');
    });

    it('nothing of what a hostile history names', async () => {
      await writeFile(join(folder.path, 'victim'), 'x\n');
      await symlink(join(folder.path, 'victim'), at('link'));
      const paths = [join(folder.path, 'victim'), `${root}/../victim`, at('link')];
      for (const path of paths) {
        const edits = [[add(path, 'x\n')], [update(path, diffOf('evil\n', 'x\n'))], [move(at('evil'), path)]];
        for (const each of edits) {
          const planned = await plan([turn('1', each)]);
          assert.deepEqual(planned.reversions, []);
          assert.deepEqual(
            planned.refusals.map(({ reason }) => reason),
            ['outside'],
          );
        }
      }
      const created = await plan([
        turn('1', [remove(join(folder.path, 'evil'), 'evil\n'), remove(at('.git/hooks/x'), 'evil\n')]),
      ]);
      assert.deepEqual(created.reversions, []);
    });
  });
});
