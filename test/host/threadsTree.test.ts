import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/event';
import type { PendingQuestion } from '../../src/threads/pendingQuestions';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadsTree } from '../../src/views/threadsTree';
import type { MoreNode, TreeNode } from '../../src/views/treeNodes';
import { sampleThread } from '../support/sampleThread';
import { ScriptedHistories } from './scriptedHistories';

/** An archive of one thread. */
const archive = {
  page: () => {
    const updatedAt = Date.now() - 300_000;
    const texts = { title: 'Old', name: undefined, preview: 'Old', cwd: '/w', model: 'gpt' };
    return Promise.resolve({
      threads: [{ id: 'z', ...texts, createdAt: updatedAt, updatedAt }],
      hasMore: true,
    });
  },
};

/** Far enough from a full hour that rows say the same in a slow run. */
const START = Date.now() - 9_000_000;

function thread(id: string, fields: Partial<Thread> = {}): Thread {
  return sampleThread({
    ...{ id, shortId: id, title: `Task ${id}`, status: 'completed', cwd: '/w', model: 'gpt' },
    ...{ createdAt: START, updatedAt: START },
    ...fields,
  });
}

describe('the threads tree', () => {
  let store: ThreadStore;
  let tree: ThreadsTree;
  let fired: string[][];
  let asked: PendingQuestion[];
  const didAsk = new Emitter<void>();
  let wanted: string[];
  /** How often the archive was to be asked for anew. */
  let forgotten: number;
  const questions = { pending: () => asked, onDidChange: didAsk.event };

  beforeEach(() => {
    asked = [];
    wanted = [];
    forgotten = 0;
    store = new ThreadStore();
    tree = new ThreadsTree({
      ...{ threads: store, histories: new ScriptedHistories(), questions },
      archived: { ...archive, invalidate: () => (forgotten += 1) },
      changesOf: () => Promise.resolve([]),
      wantPrompt: (id) => wanted.push(id),
      loaded: Promise.resolve(),
    });
    fired = [];
    tree.onDidChangeTreeData((nodes) => fired.push(nodes === undefined ? ['root'] : nodes.map(nameOf)));
  });
  afterEach(() => {
    tree.dispose();
    store.dispose();
  });

  const put = (...threads: Thread[]): void => store.update(threads.map((each) => [each.id, each] as const));

  /** What an open tree shows: a line a row, two blanks a level. */
  const text = async (node?: TreeNode, indent = ''): Promise<string> => {
    const children = await tree.getChildren(node);
    const lines = children.map(async (child) => {
      const item = tree.getTreeItem(child);
      const icon = item.iconPath instanceof vscode.ThemeIcon ? `[${item.iconPath.id}] ` : '';
      const label = typeof item.label === 'string' ? item.label : (item.label?.label ?? '');
      const below = child.kind === 'thread' ? '' : await text(child, `${indent}  `);
      return `${indent}${icon}${label} · ${String(item.description)}\n${below}`;
    });
    return (await Promise.all(lines)).join('');
  };

  it('groups threads by what they do, the newest first, and leaves out empty groups', async () => {
    put(
      thread('a'),
      thread('b', { updatedAt: START + 3_600_000 }),
      thread('c', { status: 'failed', reason: 'codex exited (code 3)' }),
      thread('d', { status: 'running', owner: 'thisWindow', turnStartedAt: Date.now() }),
      thread('e', { status: 'stopping', owner: 'cli', turnStartedAt: Date.now() - 5_000 }),
    );
    assert.equal(
      await text(),
      [
        'Running · 2',
        '  [loading~spin] Task d · 0s · gpt · d',
        '  [loading~spin] Task e · 5s · stopping… · gpt · e',
        'Failed · 1',
        '  [error] Task c · 2h ago · codex exited (code 3) · gpt · c',
        'Completed · 2',
        '  [pass] Task b · 1h ago · gpt · b',
        '  [pass] Task a · 2h ago · gpt · a',
        'Archived · undefined',
        '  [archive] Old · 5m ago · gpt',
        '  Show More · undefined',
        '',
      ].join('\n'),
    );
  });

  it('asks for the prompt of a row that has neither one nor a name', async () => {
    put(
      thread('a', { prompt: undefined }),
      thread('b'),
      thread('c', { prompt: undefined, name: 'Called so' }),
    );
    await text();
    assert.deepEqual(wanted, ['a']);
  });

  it('redraws just the row that changed', () => {
    put(thread('a'), thread('b'));
    fired = [];
    put(thread('b', { model: 'other' }));
    assert.deepEqual(fired, [['b']]);
  });

  it('redraws two groups when a thread moves between them, and the root when a group comes or goes', () => {
    put(thread('a'), thread('b'), thread('c', { status: 'failed' }), thread('d', { status: 'failed' }));
    fired = [];
    put(thread('c'));
    assert.deepEqual(fired, [['failed', 'completed']]);
    put(thread('d'));
    assert.deepEqual(fired[1], ['root']);
  });

  it('does nothing when nothing that is shown has changed', () => {
    put(thread('a'));
    fired = [];
    put(thread('a'));
    assert.deepEqual(fired, []);
  });

  it('keeps one object for a row, so that it can be revealed and stays selected', () => {
    put(thread('a'));
    const before = tree.nodeOf('a');
    put(thread('a', { status: 'failed' }));
    assert.ok(before !== undefined);
    assert.equal(tree.nodeOf('a'), before);
    assert.equal(nameOf(tree.getParent(before) ?? assert.fail()), 'failed');
    store.update([['a', undefined]]);
    assert.equal(tree.nodeOf('a'), undefined);
  });

  it('shows the newest 50 of a long group, and more on demand', async () => {
    put(...Array.from({ length: 120 }, (_, i) => thread(`t${i}`, { updatedAt: START + i })));
    const rows = async (): Promise<string[]> => {
      const [group] = await tree.getChildren();
      return (await tree.getChildren(group)).map(nameOf);
    };
    const more: MoreNode = { kind: 'more', section: '', group: 'completed' };
    assert.equal((await rows()).length, 51);
    assert.equal((await rows())[0], 't119');
    assert.equal((await rows())[50], 'more');
    await tree.showMore(more);
    assert.equal((await rows()).length, 101);
    await tree.showMore(more);
    assert.equal((await rows()).length, 120);
  });

  it('has a row for each folder when all workspaces are shown, those with something running first', async () => {
    put(
      thread('a', { cwd: '/w/api' }),
      thread('b', { cwd: '/w/web', status: 'running', turnStartedAt: Date.now() }),
      thread('c', { cwd: '/w/web', status: 'failed' }),
      thread('d', { cwd: undefined }),
    );
    fired = [];
    tree.groupByFolder(true);
    assert.deepEqual(fired, [['root']]);
    assert.equal(
      await text(),
      [
        '[folder] web · 1 running · /w',
        '  Running · 1',
        '    [loading~spin] Task b · 0s · gpt · b',
        '  Failed · 1',
        '    [error] Task c · 2h ago · gpt · c',
        '[folder] api · /w',
        '  Completed · 1',
        '    [pass] Task a · 2h ago · gpt · a',
        '[folder] Unknown folder · ',
        '  Completed · 1',
        '    [pass] Task d · 2h ago · gpt · d',
        'Archived · undefined',
        '  [archive] Old · 5m ago · gpt',
        '  Show More · undefined',
        '',
      ].join('\n'),
    );
    fired = [];
    put(thread('a', { cwd: '/w/api', model: 'other' }));
    assert.deepEqual(fired, [['a']]);
    const chain = [tree.nodeOf('a') ?? assert.fail()];
    for (let up = tree.getParent(chain[0] ?? assert.fail()); up !== undefined; up = tree.getParent(up))
      chain.push(up);
    assert.deepEqual(chain.map(nameOf), ['a', 'completed', '/w/api']);
  });

  it('has a row for each question of a run, among what needs the person', async () => {
    put(thread('a'));
    const question = { id: 'q0000001', text: 'Which\none?', folder: '/w', expiresAt: Date.now() + 60_000 };
    asked = [question];
    didAsk.fire();
    assert.equal(
      await text(),
      [
        'Needs You · 1',
        '  [question] Which · asks you · 1m left · w',
        'Completed · 1',
        '  [pass] Task a · 2h ago · gpt · a',
        'Archived · undefined',
        '  [archive] Old · 5m ago · gpt',
        '  Show More · undefined',
        '',
      ].join('\n'),
    );
    const [group] = await tree.getChildren();
    const [row] = await tree.getChildren(group);
    didAsk.fire();
    assert.equal((await tree.getChildren(group))[0], row);
    assert.equal(tree.getParent(row ?? assert.fail()), group);
    asked = [];
    didAsk.fire();
    assert.deepEqual((await tree.getChildren()).map(nameOf), ['completed', 'archivedGroup']);
  });

  it('asks for the archive anew when its group is opened again', async () => {
    put(thread('a'));
    const group = (await tree.getChildren()).at(-1) ?? assert.fail();
    await tree.getChildren(group);
    assert.equal(forgotten, 0);
    tree.closed(group);
    assert.equal(forgotten, 1);
  });

  it('says the status first to a screen reader, and has a context value for the menus', () => {
    put(thread('a', { status: 'interrupted', reason: 'killed' }));
    const item = tree.getTreeItem(tree.nodeOf('a') ?? assert.fail());
    assert.match(item.accessibilityInformation?.label ?? '', /^Interrupted: Task a/);
    assert.equal(item.contextValue, 'thread.interrupted');
  });

  it('writes a tooltip in which no text of a thread becomes a link or an icon', () => {
    put(thread('a', { prompt: '[click](command:evil) <b>x</b> **y** $(bug)' }));
    const node = tree.nodeOf('a') ?? assert.fail();
    const { tooltip } = tree.resolveTreeItem(tree.getTreeItem(node), node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.ok(!tooltip.isTrusted && !tooltip.supportHtml);
    assert.ok(!tooltip.value.includes('[click](command:evil)'), tooltip.value);
    assert.ok(!/(?<!\\)\$\(bug\)/.test(tooltip.value), tooltip.value);
  });
});

function nameOf(node: TreeNode): string {
  switch (node.kind) {
    case 'thread':
      return node.id;
    case 'folder':
      return node.section;
    case 'group':
      return node.group;
    case 'archived':
      return node.thread.id;
    case 'more':
    case 'moreArchived':
    case 'archivedGroup':
    case 'changes':
    case 'noTurns':
    case 'moreTurns':
      return node.kind;
    case 'question':
      return node.id;
    case 'turn':
    case 'plan':
    case 'approval':
      return node.turnId;
    case 'changedFile':
      return node.path;
    case 'item':
    case 'file':
      return node.itemId;
  }
}
