import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../../../src/base/userError';
import { changedContents } from '../../../../src/threads/changes/changedContents';
import { ThreadChanges } from '../../../../src/threads/changes/threadChanges';
import type { ChangedContents } from '../../../../src/threads/changes/changedContents';
import { MAX_FILE_SIZE, readPresentFile } from '../../../../src/threads/changes/presentFile';
import type { ThreadHistory } from '../../../../src/threads/history/threadHistory';
import type { Turn } from '../../../../src/threads/history/turn';
import { Emitter } from '../../../../src/base/event';
import { createTemporaryFolder } from '../../../support/temporaryFolder';
import type { TemporaryFolder } from '../../../support/temporaryFolder';
import { diffOf } from './randomEdits';
import { add, move, remove, turn, update } from './turns';

describe('what turns changed', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await createTemporaryFolder('changes-');
  });
  afterEach(() => folder.remove());

  const at = (name: string): string => join(folder.path, name);
  const put = async (name: string, text: string | Buffer): Promise<void> => {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  };
  const changes = (turns: readonly Turn[], turnId?: string, path?: string): Promise<ChangedContents[]> =>
    changedContents({ turns, numberOf: () => undefined }, turnId, path);
  const only = async (turns: readonly Turn[], turnId?: string): Promise<ChangedContents> => {
    const [first, ...others] = await changes(turns, turnId);
    assert.deepEqual(others, []);
    return first ?? assert.fail('nothing changed');
  };

  it('is shown as it was, though later turns changed the file again', async () => {
    const texts = ['a\nb\nc\n', 'A\nb\nc\n', 'A\nb\nC\n', 'A\nB\nC\nd\n'];
    await put('f', texts[3] ?? '');
    const turns = [1, 2, 3].map((n) =>
      turn(`${n}`, [update(at('f'), diffOf(texts[n - 1] ?? '', texts[n] ?? ''))]),
    );
    for (const n of [1, 2, 3]) {
      const { before, after, presentPath } = await only(turns, `${n}`);
      assert.deepEqual([before, after], [texts[n - 1], texts[n]]);
      assert.equal(
        presentPath,
        n === 3 ? at('f') : undefined,
        'the file itself is shown where it is the same',
      );
    }
    const whole = await only(turns);
    assert.deepEqual([whole.before, whole.after, whole.presentPath], [texts[0], texts[3], at('f')]);
  });

  it('is shown with what somebody changed elsewhere in the file since', async () => {
    await put('f', 'mine\na\nB\nc\n');
    const { before, after, presentPath } = await only([
      turn('1', [update(at('f'), diffOf('a\nb\nc\n', 'a\nB\nc\n'))]),
    ]);
    assert.deepEqual([before, after, presentPath], ['mine\na\nb\nc\n', 'mine\na\nB\nc\n', at('f')]);
  });

  it('is told by its hunks alone where somebody changed the same lines since', async () => {
    await put('f', 'a\nmine\nc\n');
    const { before, after, presentPath } = await only([
      turn('1', [update(at('f'), diffOf('a\nb\nc\n', 'a\nB\nc\n'))]),
    ]);
    const head = 'Changed since. Only the changed places are shown.\n⋯\n';
    assert.deepEqual([before, after, presentPath], [`${head}a\nb\nc\n`, `${head}a\nB\nc\n`, undefined]);
  });

  it('is told by the edits that hold the whole file, whatever it is now', async () => {
    await put('f', 'something else\n');
    const turns = [
      turn('1', [add(at('f'), 'a\nb\nc\n')]),
      turn('2', [update(at('f'), diffOf('a\nb\nc\n', 'a\nB\nc\n'))]),
      turn('3', [remove(at('f'), 'a\nB\nc\n')]),
    ];
    assert.deepEqual(
      await Promise.all(
        ['1', '2', '3'].map(async (id) => (({ before, after }) => [before, after])(await only(turns, id))),
      ),
      [
        [null, 'a\nb\nc\n'],
        ['a\nb\nc\n', 'a\nB\nc\n'],
        ['a\nB\nc\n', null],
      ],
    );
  });

  it('follows a file that was moved, and the one that took its place', async () => {
    await put('new', 'A\nb\n');
    await put('old', 'another\n');
    const turns = [
      turn('1', [move(at('old'), at('new'), diffOf('a\nb\n', 'A\nb\n'))]),
      turn('2', [add(at('old'), 'another\n')]),
    ];
    const moved = await only(turns, '1');
    assert.deepEqual(
      [moved.file.path, moved.file.movedTo, moved.before, moved.after, moved.presentPath],
      [at('old'), at('new'), 'a\nb\n', 'A\nb\n', at('new')],
    );
    const added = await only(turns, '2');
    assert.deepEqual([added.before, added.after, added.presentPath], [null, 'another\n', at('old')]);
    assert.equal((await changes(turns)).length, 2);
  });

  it('works with CRLF, without a last line end, with empty files and through links', async () => {
    const cases: [string, string, string][] = [
      ['crlf', 'a\r\nb\r\n', 'A\r\nb\r\n'],
      ['end', 'a\nb', 'a\nb\n'],
      ['no end', 'a\nb\n', 'a\nb'],
      ['filled', '', 'x\n'],
      ['emptied', 'x\n', ''],
      ['bom', '\ufeffa\n', '\ufeffb\n'],
    ];
    for (const [name, before, after] of cases) {
      await put(name, after);
      const edit = update(at(name), diffOf(before, after));
      const [found] = await changes([turn('1', [edit])], '1', at(name));
      assert.deepEqual([found?.before, found?.after, found?.presentPath], [before, after, at(name)], name);
    }
    await symlink(at('crlf'), at('link'));
    const { before } = await only([turn('1', [update(at('link'), diffOf('a\r\nb\r\n', 'A\r\nb\r\n'))])]);
    assert.equal(before, 'a\r\nb\r\n');
  });

  it('never reads what is too large, no text, or no file', async () => {
    await put('large', Buffer.alloc(MAX_FILE_SIZE + 1, 'x'));
    await put('binary', Buffer.from([1, 0, 2]));
    await put('latin1', Buffer.from('café', 'latin1'));
    await mkdir(at('folder'));
    const reasons = async (name: string): Promise<unknown> => {
      const file = await readPresentFile(at(name));
      return file.kind === 'unusable' ? file.reason : file.kind;
    };
    assert.deepEqual(
      await Promise.all(
        ['large', 'binary', 'latin1', 'folder', 'nowhere', 'latin1/below', 'name\0'].map(reasons),
      ),
      ['tooBig', 'binary', 'binary', 'unreadable', 'absent', 'absent', 'unreadable'],
    );
    const { before } = await only([turn('1', [update(at('large'), '@@ -1 +1 @@\n-a\n+b\n')])]);
    assert.match(before ?? '', /^Changed since\. .*\n⋯\na\n$/);
    const huge = await only([
      turn('1', [update(at('large'), `@@ -1 +1 @@\n-a\n+${'b'.repeat(MAX_FILE_SIZE)}\n`)]),
    ]);
    assert.equal(huge.after, 'These changes are larger than 5 MB and are not shown.\n');
  });

  it('is still told as a whole when it was taken back', async () => {
    await put('f', 'a\nb\nc\n');
    await put('old', 'm\n');
    const turns = [
      turn('1', [
        update(at('f'), diffOf('a\nb\nc\n', 'a\nB\nc\n')),
        move(at('old'), at('new'), diffOf('m\n', 'M\n')),
      ]),
    ];
    assert.deepEqual(
      (await changes(turns)).map(({ before, after, presentPath }) => [before, after, presentPath]),
      [
        ['a\nb\nc\n', 'a\nB\nc\n', undefined],
        ['m\n', 'M\n', undefined],
      ],
    );
  });

  it('shows what is no diff as it is', async () => {
    await put('f', 'a\n');
    const { before, after } = await only([turn('1', [update(at('f'), 'rm -rf /')])]);
    assert.ok(before?.endsWith('shown.\n⋯\n') && after?.endsWith('⋯\nrm -rf /\n'), `${before} ${after}`);
  });
});

describe('the turns of a thread, for its changes', () => {
  const whole = [turn('1', [add('/w/a', 'a\n')]), turn('2', [add('/w/b', 'b\n')]), turn('3', [])];
  let loaded: string[];
  let open: number;

  /** A history of one turn a page, whose items come when they are asked for. */
  function history(turns: readonly Turn[], failure?: Error): ThreadHistory {
    let known: Turn[] = [];
    open += 1;
    return {
      threadId: 't',
      onDidChange: new Emitter<never>().event,
      turns: () => known,
      get hasOlderTurns() {
        return known.length < turns.length;
      },
      tokenUsage: undefined,
      load: async () => {
        if (failure !== undefined) throw failure;
        known = turns.slice(-1).map((each) => ({ ...each, items: [], hasAllItems: false }));
        await Promise.resolve();
      },
      loadOlder: async () => {
        const older = turns.at(-known.length - 1);
        if (older !== undefined) known = [{ ...older, items: [], hasAllItems: false }, ...known];
        await Promise.resolve();
      },
      loadItems: async (id) => {
        loaded.push(id);
        known = known.map((each) => (each.id === id ? (turns.find((one) => one.id === id) ?? each) : each));
        await Promise.resolve();
      },
      dispose: () => void (open -= 1),
    };
  }
  const load = async (
    turns: readonly Turn[],
    options: { from?: string; recorded?: readonly Turn[]; failure?: Error } = {},
  ): Promise<{ ids: string[]; files: number; number: number | undefined }> => {
    const { from, recorded = [], failure } = options;
    const service = new ThreadChanges({ open: () => history(turns, failure) }, () =>
      Promise.resolve(recorded),
    );
    const result = await service.load('t', from);
    const files = (await changedContents(result, from)).length;
    return { ids: result.turns.map(({ id }) => id), files, number: result.numberOf('2') };
  };
  beforeEach(() => {
    loaded = [];
    open = 0;
  });
  afterEach(() => assert.equal(open, 0, 'every history was closed'));

  it('are all loaded for the whole thread', async () => {
    assert.deepEqual(await load(whole), { ids: ['1', '2', '3'], files: 2, number: 2 });
    assert.deepEqual(loaded, ['1', '2', '3']);
  });

  it('are loaded with the items of one turn and the later ones for that turn', async () => {
    // Its number is known only with all older ones.
    assert.deepEqual(await load(whole, { from: '2' }), { ids: ['2', '3'], files: 1, number: undefined });
    assert.deepEqual(loaded, ['2', '3']);
  });

  it('come from what the runs noted where codex tells of no change, or nothing at all', async () => {
    const recorded = [turn('run-1', [add('/w/x', 'x\n')])];
    assert.deepEqual((await load([turn('1', [])], { recorded })).ids, ['run-1']);
    assert.deepEqual((await load([], { recorded, failure: new UserError('No codex.') })).ids, ['run-1']);
    assert.deepEqual((await load(whole, { recorded })).ids, ['1', '2', '3']);
    await assert.rejects(load([], { failure: new UserError('No codex.') }), /No codex/);
  });
});
