import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { HistoryItem } from '../../src/threads/history/turn';
import { Emitter } from '../../src/base/event';
import { changesOfThread } from '../../src/threads/changes/changedFiles';
import type { ChangedFile } from '../../src/threads/changes/changedFiles';
import type { Thread } from '../../src/threads/thread';
import type { ThreadChange } from '../../src/threads/threadStore';
import { TurnRows } from '../../src/views/turnRows';
import type { HistoryNode, ThreadNode, TreeNode } from '../../src/views/treeNodes';
import { sampleThread } from '../support/sampleThread';
import { ScriptedHistories, turnOf } from './scriptedHistories';

const ROW: ThreadNode = { kind: 'thread', id: 't' };

const command: HistoryItem = {
  kind: 'command',
  id: 'c',
  status: 'completed',
  command: "/bin/bash -lc 'npm test'",
  cwd: '/w',
  exitCode: 0,
  output: 'ok\n',
  durationMs: 12_000,
};
const edit: HistoryItem = {
  kind: 'fileChange',
  id: 'f',
  status: 'completed',
  changes: [
    { path: '/w/src/login.ts', kind: 'update', diff: '@@ -1 +1,2 @@\n-a\n+b\n+c\n' },
    { path: '/w/new.ts', kind: 'add', diff: 'x\n' },
  ],
};

describe('the rows below a thread', () => {
  let histories: ScriptedHistories;
  let rows: TurnRows;
  let redrawn: TreeNode[][];
  let thread: Thread;
  const didChange = new Emitter<readonly ThreadChange[]>();

  beforeEach(() => {
    histories = new ScriptedHistories();
    redrawn = [];
    thread = sampleThread({ id: 't', cwd: '/w' });
    const threads = { get: () => thread, onDidChange: didChange.event };
    const changesOf = (): Promise<ChangedFile[]> => Promise.resolve(changesOfThread(histories.turns('t')));
    rows = new TurnRows({ histories, threads, changesOf }, (nodes) => redrawn.push(nodes));
  });
  afterEach(() => rows.dispose());

  const line = (node: HistoryNode): string => {
    const { iconPath, label, description } = rows.itemOf(node);
    const icon = iconPath instanceof vscode.ThemeIcon ? `[${iconPath.id}] ` : '';
    return `${icon}${typeof label === 'string' ? label : ''} · ${String(description)}`;
  };

  it('are its turns, the newest first, with the files that they changed', async () => {
    histories.put('t', [
      turnOf('1', []),
      turnOf('2', [command, edit], { status: 'failed', error: 'no credit\nleft' }),
    ]);
    const turns = await rows.turnsOf(ROW);
    assert.deepEqual(turns.map(line), [
      '[diff-multiple] Changed Files · undefined',
      '[error] Turn 2 · Prompt 2 · no credit left · 41s · +3 −1',
      '[check] Turn 1 · Prompt 1 · 41s',
    ]);
  });

  it('are the steps of a turn in their order, the prompt that began it left out', async () => {
    const prompt: HistoryItem = { kind: 'prompt', id: 'p', status: 'completed', text: 'Prompt 1' };
    const failed: HistoryItem = { ...command, id: 'd', status: 'failed', exitCode: 3, durationMs: undefined };
    const steered: HistoryItem = { ...prompt, id: 'q', text: 'and tests' };
    histories.put('t', [turnOf('1', [prompt, command, steered, edit, failed])]);
    const [changes, turn] = await rows.turnsOf(ROW);
    assert.ok(changes?.kind === 'changes' && turn?.kind === 'turn');
    const steps = await rows.stepsOf(turn);
    assert.deepEqual(steps.map(line), [
      '[terminal] npm test · exit 0 · 12s',
      '[comment] and tests · ',
      '[edit] login.ts · +2 −1 · src',
      '[edit] new.ts · +1',
      '[terminal] npm test · exit 3',
    ]);
    assert.equal(rows.parentOf(steps[2] ?? assert.fail()), turn);
    assert.equal(rows.parentOf(turn), ROW);
    const files = await rows.filesOf(changes);
    assert.deepEqual(files.map(line), ['[diff-added] new.ts · +1 · added', '[edit] login.ts · +2 −1 · src']);
    assert.equal(rows.parentOf(files[0] ?? assert.fail()), changes);
    assert.equal(rows.textOf(files[1] ?? assert.fail()), '/w/src/login.ts');
  });

  it('say where a turn is in its plan, and what it waits for', async () => {
    const plan = [
      { step: 'Read', status: 'completed' },
      { step: 'Write', status: 'inProgress' },
      { step: 'Test', status: 'pending' },
    ] as const;
    histories.put('t', [turnOf('1', [command], { status: 'running', plan })]);
    const [turn] = await rows.turnsOf(ROW);
    assert.ok(turn?.kind === 'turn');
    assert.deepEqual((await rows.stepsOf(turn)).map(line), [
      '[checklist] Write · 1 of 3',
      '[terminal] npm test · exit 0 · 12s',
    ]);
    redrawn = [];
    const before = thread;
    const asked = {
      id: 'a',
      kind: 'command',
      summary: 'wants to run make',
      reason: undefined,
      decisions: [],
    } as const;
    thread = { ...thread, status: 'needsYou', pendingApproval: asked };
    didChange.fire([{ id: 't', before, after: thread }]);
    assert.deepEqual(redrawn, [[turn]]);
    assert.equal(
      line((await rows.stepsOf(turn)).at(-1) ?? assert.fail()),
      '[bell-dot] wants to run make · waiting for you',
    );
  });

  it('take the newest turn of a thread that somebody runs for running, also while codex does not know', async () => {
    thread = { ...thread, status: 'running', owner: 'cli' };
    histories.put('t', [turnOf('1', [], { status: 'unknown' }), turnOf('2', [], { status: 'unknown' })]);
    const icons = (await rows.turnsOf(ROW)).map((row) => rows.itemOf(row).collapsibleState);
    assert.deepEqual(icons, [
      vscode.TreeItemCollapsibleState.Expanded,
      vscode.TreeItemCollapsibleState.Collapsed,
    ]);
  });

  it('keep their objects, and only those that changed are drawn anew', async () => {
    histories.put('t', [turnOf('1', [command], { status: 'running' })]);
    const [turn] = await rows.turnsOf(ROW);
    assert.ok(turn?.kind === 'turn');
    const [step] = await rows.stepsOf(turn);
    redrawn = [];
    const more: HistoryItem = { ...command, id: 'd' };
    histories.put('t', [turnOf('1', [command, more], { status: 'running' })], {
      items: [{ turnId: '1', itemId: 'c' }],
    });
    histories.put('t', [turnOf('1', [command, more], { status: 'running' })], {
      items: [{ turnId: '1', itemId: 'd' }],
    });
    assert.deepEqual(redrawn, [[step], [turn]]);
    assert.equal((await rows.turnsOf(ROW))[0], turn);
    assert.equal((await rows.stepsOf(turn))[0], step);
    histories.put('t', [turnOf('1', [command, more])], { deltas: [] });
    assert.equal(redrawn.length, 2);
  });

  it('say why there are none, and offer older ones', async () => {
    assert.deepEqual((await rows.turnsOf(ROW)).map(line), ['[info] No turns yet · undefined']);
    rows.close('t');
    histories.hasOlderTurns = true;
    histories.put('t', [turnOf('9', [])]);
    assert.deepEqual((await rows.turnsOf(ROW)).map(line), [
      '[check] Prompt 9 · 41s',
      'Show Older Turns · undefined',
    ]);
    histories.problem = new Error('Codex was not found.');
    assert.deepEqual((await rows.turnsOf(ROW)).map(line), ['[info] Codex was not found. · undefined']);
  });

  it('follow a thread only while its row is open', async () => {
    await rows.turnsOf(ROW);
    await rows.turnsOf(ROW);
    assert.deepEqual(histories.followed, ['t']);
    rows.close('t');
    assert.deepEqual(histories.followed, []);
  });

  it('show what a model wrote as plain text', async () => {
    const hostile: HistoryItem = {
      ...command,
      command: 'echo \u202egnp.exe\u001b[31m',
      output: '[x](command:evil)',
    };
    histories.put('t', [turnOf('1', [hostile], { prompt: '$(bug) \u202edoc' })]);
    const [turn] = await rows.turnsOf(ROW);
    assert.ok(turn?.kind === 'turn');
    const [step] = await rows.stepsOf(turn);
    assert.ok(step !== undefined && !line(step).includes('\u202e') && !line(step).includes('\u001b'));
    const tooltip = rows.tooltipOf(step);
    assert.ok(tooltip !== undefined && !tooltip.isTrusted && !tooltip.value.includes('[x](command:evil)'));
  });
});
