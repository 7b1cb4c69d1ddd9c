import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../src/base/userError';
import { applySteps } from '../../src/commands/applySteps';
import { openChanges, openFileChange } from '../../src/commands/openChanges';
import { revertChanges } from '../../src/commands/revertChanges';
import type { RevertArgument } from '../../src/commands/revertChanges';
import type { LoadedTurns } from '../../src/threads/changes/threadChanges';
import type { Turn } from '../../src/threads/history/turn';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ChangeDocuments } from '../../src/views/changeDocuments';
import { messages } from '../../src/vscode/messages';
import { eventually } from '../support/eventually';
import { sampleThread } from '../support/sampleThread';
import { add, move, remove, turn, update } from '../unit/threads/changes/turns';

describe('the changes of a thread', function () {
  this.timeout(60_000);
  /** One for each test, as documents may stay open for some time; the extension itself serves the product's. */
  let scheme: string;
  let tests = 0;
  let folder: string;
  let store: ThreadStore;
  let turns: readonly Turn[];
  let loads: number;
  let documents: ChangeDocuments;
  /** What was said, and what is answered to it. */
  let said: string[];
  let answers: (string | undefined)[];
  const shown = { ...messages };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'changes-'));
    scheme = `codex-changes-test${(tests += 1)}`;
    store = new ThreadStore();
    put({});
    turns = [];
    loads = 0;
    documents = new ChangeDocuments(store, { load }, scheme);
    said = [];
    answers = [];
    const tell = (...texts: string[]): Promise<string | undefined> => {
      said.push(texts.filter((text) => text !== '').join('\n'));
      return Promise.resolve(answers.shift());
    };
    Object.assign(messages, { info: tell, ask: tell });
  });
  afterEach(async () => {
    Object.assign(messages, shown);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    documents.dispose();
    store.dispose();
    await rm(folder, { recursive: true });
  });

  const put = (fields: Partial<Thread>): void => {
    const thread = { id: 't', title: 'Fix the login', status: 'completed', cwd: folder } as const;
    store.update([['t', sampleThread({ ...thread, ...fields })]]);
  };
  const load = (): Promise<LoadedTurns> => {
    loads += 1;
    return Promise.resolve({
      turns,
      numberOf: (id: string) => turns.findIndex((each) => each.id === id) + 1,
    });
  };
  const at = (name: string): string => join(folder, name);
  const read = (name: string): Promise<string | undefined> =>
    readFile(at(name), 'utf8').catch(() => undefined);
  const revert = (argument: RevertArgument = { id: 't' }): Promise<void> =>
    revertChanges({ store, threads: store, changes: { load } }, argument);
  const tab = (): vscode.Tab => vscode.window.tabGroups.activeTabGroup.activeTab ?? assert.fail('no tab');
  const text = async (uri: vscode.Uri): Promise<string> =>
    (await vscode.workspace.openTextDocument(uri)).getText();
  /** The two sides of the diff that is open. */
  const sides = (): { original: vscode.Uri; modified: vscode.Uri } => {
    const { input } = tab();
    assert.ok(input instanceof vscode.TabInputTextDiff);
    return input;
  };
  const editLogin = async (): Promise<void> => {
    await writeFile(at('login.ts'), 'const a = 1;\nconst b = 3;\nconst c = 3;\n');
    const diff = '@@ -1,3 +1,3 @@\n const a = 1;\n-const b = 2;\n+const b = 3;\n const c = 3;\n';
    turns = [turn('1', [update(at('login.ts'), diff)])];
  };
  const openLogin = (): Promise<void> =>
    openFileChange({ changeEditors: documents }, { threadId: 't', turnId: '1', path: at('login.ts') });

  describe('in editors', () => {
    it('opens a file of a turn as a diff with the file itself, which can be edited', async () => {
      await editLogin();
      await openLogin();
      assert.equal(tab().label, 'login.ts (Turn 1)');
      assert.ok(tab().isPreview);
      const { original, modified } = sides();
      assert.equal(modified.toString(), vscode.Uri.file(at('login.ts')).toString());
      const before = await vscode.workspace.openTextDocument(original);
      assert.equal(before.getText(), 'const a = 1;\nconst b = 2;\nconst c = 3;\n');
      assert.equal(before.languageId, 'typescript');
      await assert.rejects(Promise.resolve(vscode.workspace.fs.writeFile(original, Buffer.from('x'))));
      assert.equal(loads, 1, 'the documents do not read the history again');
    });

    it('opens what it was where somebody has changed it since, and reads it anew each time', async () => {
      await editLogin();
      await openLogin();
      const first = sides();
      await writeFile(at('login.ts'), 'const a = 1;\nconst b = 4;\nconst c = 3;\n');
      await openLogin();
      const { original, modified } = sides();
      assert.equal(original.toString(), first.original.toString());
      assert.equal(modified.scheme, scheme);
      const head = 'Changed since. Only the changed places are shown.\n⋯\n';
      await eventually(
        () => text(original),
        (now) => assert.equal(now, `${head}const a = 1;\nconst b = 2;\nconst c = 3;\n`),
      );
      assert.equal(await text(modified), `${head}const a = 1;\nconst b = 3;\nconst c = 3;\n`);
    });

    it('opens files that were added and deleted with an empty side', async () => {
      await writeFile(at('new.ts'), 'new\n');
      turns = [turn('1', [add(at('new.ts'), 'new\n'), remove(at('old.ts'), 'old\n')])];
      await documents.openFile('t', '1', at('new.ts'));
      assert.deepEqual([await text(sides().original), await text(sides().modified)], ['', 'new\n']);
      await documents.openFile('t', '1', at('old.ts'));
      assert.deepEqual([await text(sides().original), await text(sides().modified)], ['old\n', '']);
    });

    it('tells apart a file that was moved and the one that took its place', async () => {
      await writeFile(at('b.ts'), 'one\n');
      turns = [turn('1', [move(at('a.ts'), at('b.ts')), add(at('a.ts'), 'two\n')])];
      await documents.openAll('t');
      await documents.openFile('t', '1', at('b.ts'));
      assert.deepEqual([await text(sides().original), await text(sides().modified)], ['one\n', 'one\n']);
      assert.equal(tab().label, 'b.ts (Turn 1)');
    });

    it('opens all changes of a thread or of a turn in one editor', async () => {
      await editLogin();
      await writeFile(at('new.ts'), 'new\n');
      turns = [...turns, turn('2', [add(at('new.ts'), 'new\n'), remove(at('old.ts'), 'old\n')])];
      await openChanges({ threads: store, changeEditors: documents }, { id: 't' });
      await eventually(
        () => tab().label,
        (label) => assert.match(label, /^Changes of Fix the login/),
      );
      await openChanges({ threads: store, changeEditors: documents }, { threadId: 't', turnId: '2' });
      await eventually(
        () => tab().label,
        (label) => assert.match(label, /^Changes of Turn 2 · Fix the login/),
      );
      assert.deepEqual(said, []);
    });

    it('says so when nothing was changed', async () => {
      turns = [turn('1')];
      const targets = { threads: store, changeEditors: documents };
      await openChanges(targets, { id: 't' });
      await openChanges(targets, { threadId: 't', turnId: '1' });
      await openFileChange(targets, { threadId: 't', turnId: '1', path: at('x') });
      assert.deepEqual(said, [
        'This thread has changed no files.',
        'This turn has changed no files.',
        'No change was left in that file.',
      ]);
    });
  });

  describe('taken back', () => {
    /** A turn that did one of each, in a folder that is no git repository. */
    const oneOfEach = async (): Promise<void> => {
      await editLogin();
      await writeFile(at('new.ts'), 'new\n');
      await mkdir(at('sub'));
      await writeFile(at('sub/moved.ts'), 'M\nm\n');
      const hunks = '@@ -1,2 +1,2 @@\n-m\n+M\n m\n';
      turns = [
        turn(
          '1',
          turns.flatMap(({ items }) => items.flatMap((item) => ('changes' in item ? item.changes : []))),
          [add(at('new.ts'), 'new\n'), remove(at('old.ts'), 'old\r\n')],
          [move(at('moved.ts'), at('sub/moved.ts'), hunks)],
        ),
      ];
    };
    const names = ['login.ts', 'new.ts', 'old.ts', 'moved.ts', 'sub/moved.ts'];
    const contents = (): Promise<(string | undefined)[]> => Promise.all(names.map(read));
    const BEFORE = ['const a = 1;\nconst b = 2;\nconst c = 3;\n', undefined, 'old\r\n', 'm\nm\n', undefined];
    const AFTER = ['const a = 1;\nconst b = 3;\nconst c = 3;\n', 'new\n', undefined, undefined, 'M\nm\n'];

    it('is every file as it was, after one question that names them; Undo brings all back', async () => {
      await oneOfEach();
      answers = ['Revert', 'Undo'];
      let afterRevert: (string | undefined)[] = [];
      const tellInfo = messages.info;
      messages.info = async (...args) => {
        afterRevert = await contents();
        return await tellInfo(...args);
      };
      await revert();
      assert.deepEqual(said, [
        [
          'Revert what “Fix the login” changed in 4 files?',
          'new.ts is deleted.',
          'sub/moved.ts is moved back to moved.ts.',
          'old.ts comes back.',
          'login.ts: +1 −1 is taken back.',
          'Revert',
        ].join('\n'),
        'Reverted 4 files.\nUndo',
      ]);
      assert.deepEqual(afterRevert, BEFORE);
      assert.deepEqual(await contents(), AFTER);
      assert.ok(
        vscode.workspace.textDocuments.every(({ isDirty }) => !isDirty),
        'all is saved',
      );
    });

    it('changes nothing when the person says no', async () => {
      await oneOfEach();
      await revert({ threadId: 't', turnId: '1' });
      assert.match(said.join(), /^Revert what turn 1 changed in 4 files\?/);
      assert.deepEqual(await contents(), AFTER);
    });

    it('is one file of a turn, and one step of undo in its editor', async () => {
      await oneOfEach();
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(at('login.ts')));
      answers = ['Revert'];
      await revert({ threadId: 't', turnId: '1', path: at('login.ts') });
      assert.match(
        said.join(),
        /^Revert what turn 1 changed in login\.ts\?\nlogin\.ts: \+1 −1 is taken back\./,
      );
      assert.deepEqual(await contents(), [BEFORE[0], ...AFTER.slice(1)]);
      assert.equal(editor.document.getText(), BEFORE[0]);
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), AFTER[0]);
    });

    it('leaves out what has changed since, and offers the others', async () => {
      await oneOfEach();
      await writeFile(at('login.ts'), 'mine\n');
      answers = ['Revert 3 Files'];
      await revert();
      assert.match(
        said[0] ?? '',
        /^3 of 4 files can be reverted\.\nlogin\.ts has changed since\.\n\nnew\.ts/,
      );
      assert.deepEqual(await contents(), ['mine\n', ...BEFORE.slice(1)]);
    });

    const refusals: [string, RegExp, () => Promise<unknown>][] = [
      [
        'files with unsaved changes',
        /^Nothing was reverted\. login\.ts has unsaved changes\. Save it first\.$/,
        async () => {
          const { document } = await vscode.window.showTextDocument(vscode.Uri.file(at('login.ts')));
          const edit = new vscode.WorkspaceEdit();
          edit.insert(document.uri, new vscode.Position(0, 0), 'mine\n');
          await vscode.workspace.applyEdit(edit);
        },
      ],
      [
        'a thread that is running',
        /^“Fix the login” is running\./,
        async () => {
          put({ status: 'running' });
          await Promise.resolve();
        },
      ],
      [
        'files outside',
        /^Nothing was reverted\. .*login\.ts is outside of the thread’s folder/,
        async () => {
          put({ cwd: join(folder, 'sub') });
          await Promise.resolve();
        },
      ],
    ];
    for (const [what, message, prepare] of refusals) {
      it(`is refused for ${what}`, async () => {
        await editLogin();
        await prepare();
        await assert.rejects(revert(), (error) => error instanceof UserError && message.test(error.message));
        assert.equal(await read('login.ts'), AFTER[0]);
        assert.deepEqual(said, []);
        if (vscode.window.activeTextEditor?.document.isDirty === true)
          await vscode.commands.executeCommand('workbench.action.files.revert');
      });
    }

    it('is refused in a folder that is not trusted, with the way to trust it', async () => {
      await editLogin();
      const trusted = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted') ?? assert.fail();
      Object.defineProperty(vscode.workspace, 'isTrusted', { value: false, configurable: true });
      try {
        await assert.rejects(revert(), (error) => {
          assert.ok(error instanceof UserError);
          assert.equal(error.message, 'This folder is not trusted, so no file of it is changed.');
          assert.deepEqual(error.remedies, [{ kind: 'manageTrust' }]);
          return true;
        });
      } finally {
        Object.defineProperty(vscode.workspace, 'isTrusted', trusted);
      }
      assert.deepEqual([loads, said], [0, []]);
    });

    it('is refused when a file changes while the question is open, and when it does before Undo', async () => {
      await oneOfEach();
      const { ask } = messages;
      messages.ask = async (...args) => {
        await writeFile(at('login.ts'), 'mine\n');
        await ask(...args);
        return 'Revert';
      };
      await assert.rejects(revert(), /^UserError: Nothing was changed\. login\.ts has changed since\.$/);
      assert.deepEqual(await contents(), ['mine\n', ...AFTER.slice(1)]);
      await writeFile(at('login.ts'), AFTER[0] ?? '');
      messages.ask = ask;
      messages.info = async () => {
        for (const name of names) await rm(at(name), { force: true });
        await writeFile(at('new.ts'), 'mine\n');
        return 'Undo';
      };
      answers = ['Revert'];
      await assert.rejects(revert(), /^UserError: Nothing was put back\. .*login\.ts has changed since\./);
    });

    it('is exact for Windows line ends, mixed ones, byte order marks and no last line end, whatever saving does', async () => {
      const config = vscode.workspace.getConfiguration('files');
      await config.update('trimTrailingWhitespace', true, vscode.ConfigurationTarget.Global);
      await config.update('insertFinalNewline', true, vscode.ConfigurationTarget.Global);
      try {
        const files: [string, string, string, string][] = [
          [
            'crlf',
            'a\r\nb  \r\nc',
            'a\r\nB\r\nc',
            '@@ -1,3 +1,3 @@\n a\r\n-b  \r\n+B\r\n c\n\\ No newline at end of file\n',
          ],
          ['mixed', 'a\r\nb\nc\r\n', 'a\r\nB\nc\r\n', '@@ -1,3 +1,3 @@\n a\r\n-b\n+B\n c\r\n'],
          ['mark', '\ufeffa\nb😀\n', '\ufeffa\nb😁\n', '@@ -1,2 +1,2 @@\n \ufeffa\n-b😀\n+b😁\n'],
          ['mark itself', 'a\n', '\ufeffa\n', '@@ -1 +1 @@\n-a\n+\ufeffa\n'],
          ['return', 'a\rb\nc  \n', 'a\rB\nc  \n', '@@ -1,2 +1,2 @@\n-a\rb\n+a\rB\n c  \n'],
        ];
        for (const [name, , after] of files) await writeFile(at(name), after);
        turns = [
          turn(
            '1',
            files.map(([name, , , diff]) => update(at(name), diff)),
          ),
        ];
        answers = ['Revert'];
        await revert();
        assert.match(said[1] ?? '', /^Reverted 5 files/);
        for (const [name, before] of files) assert.equal(await read(name), before, name);
      } finally {
        await config.update('trimTrailingWhitespace', undefined, vscode.ConfigurationTarget.Global);
        await config.update('insertFinalNewline', undefined, vscode.ConfigurationTarget.Global);
      }
    });

    const oneLine = { after: 'b\n', diff: '@@ -1 +1 @@\n-a\n+b\n' };
    /** Line ends of both kinds, which no document of the editor can hold. */
    const mixed = { after: 'b\r\nc\n', diff: '@@ -1,2 +1,2 @@\n-a\r\n+b\r\n c\n' };
    /** Three files that a turn changed, and reverting all of them; `meanwhile` runs while the first is saved. */
    const revertThree = async (meanwhile: () => Promise<unknown>, second = oneLine): Promise<void> => {
      const files = Object.entries({ '1.ts': oneLine, '2.ts': second, '3.ts': oneLine });
      for (const [name, { after }] of files) await writeFile(at(name), after);
      turns = [
        turn(
          '1',
          files.map(([name, { diff }]) => update(at(name), diff)),
        ),
      ];
      const saving = vscode.workspace.onWillSaveTextDocument((event) => {
        if (event.document.uri.fsPath === at('1.ts')) event.waitUntil(meanwhile());
      });
      try {
        await revert();
      } finally {
        saving.dispose();
      }
    };
    const type = async (name: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(vscode.Uri.file(at(name)), new vscode.Position(0, 0), 'mine\n');
      assert.ok(await vscode.workspace.applyEdit(edit));
    };
    const discard = async (name: string): Promise<void> => {
      await vscode.window.showTextDocument(vscode.Uri.file(at(name)));
      await vscode.commands.executeCommand('workbench.action.files.revert');
    };

    it('keeps what somebody types into a file while another one is saved', async () => {
      answers = ['Revert'];
      await revertThree(() => type('2.ts'));
      assert.deepEqual(
        [await read('1.ts'), await read('2.ts'), await read('3.ts')],
        ['a\n', 'mine\na\n', 'a\n'],
      );
      assert.match(said[1] ?? '', /^Reverted 3 files/);
    });

    it('leaves a file alone into which somebody types before it is written, and says so', async () => {
      Object.assign(messages, { error: messages.info });
      answers = ['Revert'];
      await revertThree(() => type('2.ts'), mixed);
      try {
        assert.deepEqual(
          [await read('1.ts'), await read('2.ts'), await read('3.ts')],
          ['a\n', 'b\r\nc\n', 'a\n'],
        );
        assert.match(
          said[1] ?? '',
          /^1 of 3 files could not be saved: 2\.ts \(changed meanwhile\)\. .*\nUndo$/,
        );
      } finally {
        await discard('2.ts');
      }
    });

    it('is exact also when no file of it has a document that could be changed', async () => {
      await writeFile(at('mixed'), mixed.after);
      turns = [turn('1', [update(at('mixed'), mixed.diff)])];
      answers = ['Revert'];
      await revert();
      assert.equal(await read('mixed'), 'a\r\nc\n');
    });

    it('touches nothing where a file has got unsaved changes', async () => {
      for (const name of ['1.ts', '2.ts']) await writeFile(at(name), 'b\n');
      await vscode.workspace.openTextDocument(at('2.ts'));
      await type('2.ts');
      const steps = ['1.ts', '2.ts'].map((name) => ({
        kind: 'write' as const,
        path: at(name),
        from: 'b\n',
        to: 'a\n',
      }));
      try {
        await assert.rejects(
          applySteps(steps),
          /^UserError: Nothing was changed\. 2\.ts has unsaved changes\. Save it first\.$/,
        );
        assert.deepEqual([await read('1.ts'), await read('2.ts')], ['b\n', 'b\n']);
        assert.equal(await text(vscode.Uri.file(at('2.ts'))), 'mine\nb\n');
      } finally {
        await discard('2.ts');
      }
    });

    it('saves the others when some cannot be saved, names those, and still offers Undo', async () => {
      Object.assign(messages, { error: messages.info });
      answers = ['Revert', 'Undo', 'Undo 1 File'];
      await revertThree(async () => {
        for (const name of ['1.ts', '2.ts']) await writeFile(at(name), 'of another program\n');
      });
      try {
        assert.match(
          said[1] ?? '',
          /^2 of 3 files could not be saved: 1\.ts \(.+\), 2\.ts \(.+\)\. .*\nUndo$/,
        );
        assert.match(said[2] ?? '', /^1 of 3 files can be put back\.\n.*3\.ts: \+1 −1 is put back\./s);
        const theirs = 'of another program\n';
        assert.deepEqual(
          [await read('1.ts'), await read('2.ts'), await read('3.ts')],
          [theirs, theirs, 'b\n'],
        );
      } finally {
        for (const name of ['1.ts', '2.ts']) await discard(name);
      }
    });

    it('keeps names of files from looking like anything else', async () => {
      const name = '\u202e[x](command:evil)\u2066 $(bug)\n.ts';
      await writeFile(at(name), 'x\n');
      turns = [turn('1', [add(at(name), 'x\n')])];
      await revert();
      assert.doesNotMatch(said.join(), /[\u202e\u2066]|\(bug\)\n\.ts/);
    });
  });
});
