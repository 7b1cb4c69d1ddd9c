import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/event';
import { silentLog } from '../../src/base/log';
import type { Thread } from '../../src/threads/thread';
import type { StreamingRun } from '../../src/threads/threadOutput';
import type { ThreadChange, ThreadReader } from '../../src/threads/threadStore';
import { OutputDocuments } from '../../src/views/outputDocuments';
import { eventually } from '../support/eventually';
import { sampleThread } from '../support/sampleThread';

describe('the document with the output of a thread', function () {
  this.timeout(60_000);
  /** One for each test, as documents may stay open for some time; the extension itself serves the product's. */
  let scheme: string;
  let tests = 0;
  let folder: string;
  let logFile: string;
  let threads: Map<string, Thread>;
  let didChange: Emitter<readonly ThreadChange[]>;
  let listeners: number;
  let run: StreamingRun | undefined;
  let outputs: OutputDocuments;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'output-documents-'));
    logFile = join(folder, 'a.log');
    scheme = `codex-output-test${(tests += 1)}`;
    threads = new Map();
    didChange = new Emitter();
    listeners = 0;
    run = undefined;
    const store: ThreadReader = {
      get: (id) => threads.get(id),
      all: () => threads.values(),
      active: () => [],
      onDidChange: (listener) => {
        listeners += 1;
        const subscription = didChange.event(listener);
        let isOver = false;
        return {
          dispose: () => {
            listeners -= isOver ? 0 : 1;
            isOver = true;
            subscription.dispose();
          },
        };
      },
    };
    outputs = new OutputDocuments(store, { get: () => run }, silentLog, scheme);
  });
  afterEach(async () => {
    await closeAll();
    outputs.dispose();
    await rm(folder, { recursive: true });
  });

  const put = (fields: Partial<Thread> = {}): void => {
    const before = threads.get('a');
    const after = sampleThread({
      ...{ id: 'a', title: 'Fix the login', status: 'completed', owner: 'cli', logPaths: [logFile] },
      ...fields,
    });
    threads.set('a', after);
    didChange.fire([{ id: 'a', before, after }]);
  };
  const editor = (): vscode.TextEditor => vscode.window.activeTextEditor ?? assert.fail('no editor');
  const shows = (expected: string): Promise<unknown> =>
    eventually(
      () => editor().document.getText(),
      (text) => assert.equal(text, expected),
    );
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');

  it('is read-only, coloured, and titled as the thread', async () => {
    await writeFile(logFile, 'one\n');
    put();
    await outputs.show('a');
    await shows('one\n');
    assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.label, 'Fix the login');
    await eventually(
      () => editor().document.languageId,
      (language) => assert.equal(language, 'codex-output'),
    );
    assert.equal(vscode.workspace.fs.isWritableFileSystem(scheme), false);
    const { uri } = editor().document;
    await assert.rejects(Promise.resolve(vscode.workspace.fs.writeFile(uri, Buffer.from('x'))));
    await assert.rejects(Promise.resolve(vscode.workspace.fs.delete(uri)));
  });

  for (const title of ['Fix main.py', 'Makefile', '..', 'a/b\\c']) {
    it(`looks like every other one, also of a thread with the title ${title}`, async () => {
      await writeFile(logFile, 'one\n');
      put({ title });
      await outputs.show('a');
      await shows('one\n');
      await eventually(
        () => editor().document.languageId,
        (language) => assert.equal(language, 'codex-output'),
      );
    });
  }

  it('gets its language also when something else opens it, as a reload of the window does', async () => {
    await writeFile(logFile, 'one\n');
    put();
    const uri = vscode.Uri.from({ scheme, path: '/a/Fix main.py' });
    await vscode.commands.executeCommand('vscode.open', uri);
    await shows('one\n');
    await eventually(
      () => editor().document.languageId,
      (language) => assert.equal(language, 'codex-output'),
    );
  });

  it('waits for the thread when it is opened before threads are known', async () => {
    await writeFile(logFile, lines(0, 300));
    const uri = vscode.Uri.from({ scheme, path: '/a/Fix the login' });
    const opened = vscode.workspace.openTextDocument(uri);
    await eventually(
      () => listeners,
      (count) => assert.ok(count > 0),
    );
    put();
    const document = await opened;
    assert.equal(document.lineCount, 301);
    assert.equal(document.getText(), lines(0, 300));
  });

  it('keeps the end in sight of who stands at it', async () => {
    await writeFile(logFile, lines(0, 300));
    put({ status: 'running' });
    await outputs.show('a');
    await shows(lines(0, 300));
    for (const [from, to] of [
      [300, 400],
      [400, 500],
    ] as const) {
      await appendFile(logFile, lines(from, to));
      await shows(lines(0, to));
      await eventually(
        () => editor().visibleRanges.at(-1)?.end.line,
        (last) => assert.equal(last, to),
      );
      await eventually(
        () => editor().selection.active.line,
        (line) => assert.equal(line, to),
      );
    }
  });

  it('neither moves the cursor nor scrolls for who reads further up', async () => {
    await writeFile(logFile, lines(0, 300));
    put({ status: 'running' });
    await outputs.show('a');
    const cursor = new vscode.Position(100, 3);
    editor().selection = new vscode.Selection(cursor, cursor);
    editor().revealRange(new vscode.Range(cursor, cursor), vscode.TextEditorRevealType.AtTop);
    const top = (): number | undefined => editor().visibleRanges[0]?.start.line;
    // Lines at the top may be covered by others that stick there.
    const before = await eventually(top, (line) => assert.ok(line !== undefined && line > 90 && line <= 100));
    const seen = new Set<number | undefined>();
    const watching = vscode.window.onDidChangeTextEditorVisibleRanges(() => seen.add(top()));
    const documents = new Set<vscode.TextDocument>();
    const edits: number[] = [];
    const edited = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      documents.add(document);
      edits.push(...contentChanges.map((change) => change.text.length));
    });
    try {
      for (let to = 310; to <= 350; to += 10) {
        await appendFile(logFile, lines(to - 10, to));
        await shows(lines(0, to));
      }
      run = { unfinishedText: 'an answer', onDidStream: new Emitter<void>().event };
      await shows(`${lines(0, 350)}\nCodex is writing…\nan answer\n`);
    } finally {
      watching.dispose();
      edited.dispose();
    }
    seen.delete(before);
    assert.deepEqual([...seen], []);
    assert.deepEqual(editor().selection.active, cursor);
    assert.equal(documents.size, 1, 'one document all the time');
    assert.ok(Math.max(...edits) < 200, `only what is new was put in: ${edits.join()}`);
  });

  it('follows a thread only while it is open', async () => {
    await writeFile(logFile, 'one\n');
    put({ status: 'running' });
    const uri = vscode.Uri.from({ scheme, path: '/a/Fix the login' });
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), 'one\n');
    assert.equal(listeners, 0, 'reading the file leaves nothing behind');
    await outputs.show('a');
    await eventually(
      () => listeners,
      (count) => assert.equal(count, 1),
    );
    await closeAll();
    await eventually(
      () => listeners,
      (count) => assert.equal(count, 0),
    );
  });
});

async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
