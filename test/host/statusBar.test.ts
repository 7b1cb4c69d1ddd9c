import assert from 'node:assert/strict';
import { mock } from 'node:test';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/event';
import type { PendingQuestion } from '../../src/threads/pendingQuestions';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { StatusBar } from '../../src/views/statusBar';
import { CommandId } from '../../src/vscode/contributions';
import { sampleThread } from '../support/sampleThread';

describe('the status bar entry', () => {
  const now = Date.now();
  let threads: ThreadStore;
  let asked: PendingQuestion[];
  let didAsk: Emitter<void>;
  let item: Partial<vscode.StatusBarItem> & { isShown?: boolean };
  let statusBar: StatusBar;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval', 'Date'], now });
    threads = new ThreadStore();
    asked = [];
    didAsk = new Emitter();
    item = {};
    const createStatusBarItem = vscode.window.createStatusBarItem.bind(vscode.window);
    const stand = {
      show: () => (item.isShown = true),
      hide: () => (item.isShown = false),
      dispose: (): void => undefined,
    };
    Object.assign(vscode.window, { createStatusBarItem: () => Object.assign(item, stand) });
    try {
      statusBar = new StatusBar(threads, { pending: () => asked, onDidChange: didAsk.event });
    } finally {
      Object.assign(vscode.window, { createStatusBarItem });
    }
  });
  afterEach(() => {
    statusBar.dispose();
    mock.timers.reset();
  });

  const put = (...all: Partial<Thread>[]): void =>
    threads.update(all.map((fields) => [fields.id ?? '', sampleThread({ turnStartedAt: now, ...fields })]));
  const ask = (...texts: string[]): void => {
    asked = texts.map((text, i) => ({ id: `q${i}`, text, folder: '/w', expiresAt: now + 60_000 }));
    didAsk.fire();
  };
  const background = (): string | undefined =>
    item.backgroundColor instanceof vscode.ThemeColor ? item.backgroundColor.id : undefined;
  const tooltip = (): vscode.MarkdownString =>
    item.tooltip instanceof vscode.MarkdownString ? item.tooltip : assert.fail('no tooltip');
  /** A line each, as it reads, with the command and the argument behind each link. */
  const lines = (): string[] =>
    tooltip()
      .value.split('  \n')
      .map((line) => decodeURIComponent(line).replace(/\\([!-/:-@[-`{-~])/g, '$1'));
  const link = (title: string, command: string, id: string): string =>
    `[${title}](command:${command}?[{"id":"${id}"}])`;

  it('is hidden while nothing is active', () => {
    assert.equal(item.isShown, false);
    put({ id: 'a', status: 'running' });
    assert.deepEqual([item.isShown, item.text], [true, '$(loading~spin) Codex 1']);
    put({ id: 'a', status: 'completed' });
    assert.equal(item.isShown, false);
  });

  it('counts what runs, and is warning only while something waits for the person', () => {
    put({ id: 'a', status: 'running' }, { id: 'b', status: 'running' });
    assert.deepEqual([item.text, background()], ['$(loading~spin) Codex 2', undefined]);
    assert.equal(item.accessibilityInformation?.label, '2 Codex turns running');
    put({ id: 'b', status: 'needsYou' });
    assert.deepEqual([item.text, background()], ['$(bell-dot) Codex 1', 'statusBarItem.warningBackground']);
    assert.equal(item.accessibilityInformation.label, '2 Codex turns running, 1 waiting for you');
    put({ id: 'b', status: 'completed' });
    assert.deepEqual([item.text, background()], ['$(loading~spin) Codex 1', undefined]);
  });

  it('warns of a question although no turn is known to run', () => {
    ask('Which branch?');
    assert.deepEqual([item.text, background()], ['$(bell-dot) Codex 1', 'statusBarItem.warningBackground']);
    assert.equal(item.accessibilityInformation?.label, '1 Codex question for you');
    assert.deepEqual(lines(), [
      `Which branch? · asks you · 1m left — ${link('Answer', CommandId.answerQuestion, 'q0')}`,
    ]);
    ask();
    assert.equal(item.isShown, false);
  });

  it('has a line a turn in its tooltip, which tells the time anew, and links', () => {
    put(
      { id: 'a', title: 'Fix it', status: 'running', turnStartedAt: now - 41_000, owner: 'cli' },
      { id: 'b', title: 'Ending', status: 'stopping', turnStartedAt: now - 1_000 },
    );
    const [open, kill] = [CommandId.openTranscript, CommandId.killThread];
    assert.deepEqual(lines(), [
      `Fix it · 41s · CLI — ${link('Open', open, 'a')} · ${link('Kill', kill, 'a')}`,
      `Ending · 1s · stopping… — ${link('Open', open, 'b')}`,
    ]);
    mock.timers.tick(5_000);
    assert.deepEqual(
      lines().map((line) => line.slice(0, 14)),
      ['Fix it · 46s ·', 'Ending · 6s · '],
    );
  });

  it('shows titles as text, and lets its links call just what they name', () => {
    const hostile = '[x](command:evil) <b> $(bug)';
    put({ id: 'a', title: hostile, status: 'running' });
    ask(hostile);
    assert.doesNotMatch(tooltip().value, /\[x\]|\(command:evil|<b>|\$\(/);
    const enabledCommands = [CommandId.openTranscript, CommandId.killThread, CommandId.answerQuestion];
    assert.deepEqual(tooltip().isTrusted, { enabledCommands });
    assert.notEqual(tooltip().supportHtml, true);
  });
});
