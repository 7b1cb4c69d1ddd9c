import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as vscode from 'vscode';
import { DisposableStore } from '../../src/base/disposable';
import { Emitter } from '../../src/base/event';
import { silentLog } from '../../src/base/log';
import type { PendingQuestion } from '../../src/threads/pendingQuestions';
import { ScopedThreads } from '../../src/threads/scopedThreads';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadsTree } from '../../src/views/threadsTree';
import { ThreadsView } from '../../src/views/threadsView';
import { ScriptedHistories } from './scriptedHistories';

describe('the clock of the threads view', () => {
  const didAsk = new Emitter<void>();
  const didChangeVisibility = new Emitter<void>();
  const view = { visible: true, dispose: (): void => undefined };
  let asked: PendingQuestion[];
  /** What the row of the question said at each redraw of it. */
  let shown: (string | boolean | undefined)[];
  let lifetime: DisposableStore;

  beforeEach(() => {
    asked = [];
    shown = [];
    view.visible = true;
    lifetime = new DisposableStore();
    mock.timers.enable({ apis: ['setInterval', 'Date'], now: Date.now() });
    openView();
  });
  afterEach(() => {
    lifetime.dispose();
    mock.timers.reset();
  });

  /** On a stand-in for what VS Code would draw: the real one belongs to the extension. */
  const openView = (): void => {
    const createTreeView = vscode.window.createTreeView.bind(vscode.window);
    const never = new Emitter<never>().event;
    const stand = (_id: string, options: { treeDataProvider: unknown }): object => {
      const tree = options.treeDataProvider;
      assert.ok(tree instanceof ThreadsTree);
      tree.onDidChangeTreeData((nodes) => {
        const questions = nodes?.filter(({ kind }) => kind === 'question') ?? [];
        for (const node of questions) shown.push(tree.getTreeItem(node).description);
      });
      const events = { onDidCollapseElement: never, onDidChangeVisibility: didChangeVisibility.event };
      return Object.assign(view, events);
    };
    Object.assign(vscode.window, { createTreeView: stand });
    try {
      lifetime.add(new ThreadsView(sources(), silentLog));
    } finally {
      Object.assign(vscode.window, { createTreeView });
    }
  };

  const sources = (): ConstructorParameters<typeof ThreadsView>[0] => {
    const threads = lifetime.add(new ScopedThreads(lifetime.add(new ThreadStore())));
    threads.setScope(undefined);
    const archived = {
      page: () => assert.fail('nobody opens the archive'),
      invalidate: () => undefined,
      onDidChange: new Emitter<void>().event,
    };
    return {
      ...{ threads, archived, histories: new ScriptedHistories() },
      questions: { pending: () => asked, onDidChange: didAsk.event },
      changesOf: () => Promise.resolve([]),
      wantPrompt: () => undefined,
      loaded: Promise.resolve(),
    };
  };

  const ask = (...questions: PendingQuestion[]): void => {
    asked = questions;
    didAsk.fire();
  };
  const question = (): PendingQuestion => {
    return { id: 'q0000001', text: 'Which?', folder: '/w', expiresAt: Date.now() + 60_000 };
  };

  it('counts down how long a question waits, and stops when nobody waits any more', () => {
    ask(question());
    mock.timers.tick(5_000);
    mock.timers.tick(5_000);
    assert.deepEqual(shown, ['asks you · 55s left · w', 'asks you · 50s left · w']);
    ask();
    mock.timers.tick(120_000);
    assert.equal(shown.length, 2);
  });

  it('stands still while nobody sees the view', () => {
    ask(question());
    view.visible = false;
    didChangeVisibility.fire();
    mock.timers.tick(30_000);
    assert.deepEqual(shown, []);
    view.visible = true;
    didChangeVisibility.fire();
    mock.timers.tick(5_000);
    assert.deepEqual(shown, ['asks you · 25s left · w']);
  });
});
