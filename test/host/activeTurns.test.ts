import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/event';
import { silentLog } from '../../src/base/log';
import { showActiveTurns } from '../../src/commands/showActiveTurns';
import type { ActiveTurnsTargets } from '../../src/commands/showActiveTurns';
import type { PendingQuestion } from '../../src/threads/pendingQuestions';
import { ThreadStore } from '../../src/threads/threadStore';
import { ErrorReporter } from '../../src/vscode/errorReporting';
import { sampleThread } from '../support/sampleThread';

/** What the list does with VS Code's quick pick, and the person with the list. */
class PickStand {
  title = '';
  items: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  readonly #hidden = new Emitter<void>();
  readonly #accepted = new Emitter<void>();
  readonly #clicked = new Emitter<{ item: vscode.QuickPickItem; button: unknown }>();
  readonly onDidHide = this.#hidden.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidTriggerItemButton = this.#clicked.event;

  show(): void {}
  dispose(): void {}

  hide(): void {
    this.#hidden.fire();
  }

  /** A line each: `—` for a separator, and the buttons in brackets. */
  get lines(): string[] {
    return this.items.map(({ label, kind, description = '', buttons = [] }) => {
      if (kind === vscode.QuickPickItemKind.Separator) return `— ${label}`.trim();
      const titles = buttons.map(({ tooltip }) => ` [${tooltip}]`).join('');
      return [label, description].filter((part) => part !== '').join(' · ') + titles;
    });
  }

  item(label: string): vscode.QuickPickItem {
    return this.items.find((item) => item.label === label) ?? assert.fail(this.lines.join('\n'));
  }

  accept(label: string): void {
    this.selectedItems = [this.item(label)];
    this.#accepted.fire();
  }

  clickKill(label: string): void {
    const item = this.item(label);
    this.#clicked.fire({ item, button: item.buttons?.[0] ?? assert.fail('no button') });
  }
}

describe('the list of the active turns', () => {
  let threads: ThreadStore;
  let asked: PendingQuestion[];
  let didAsk: Emitter<void>;
  let pick: PickStand;
  let did: string[];
  let closed: Promise<void>;

  beforeEach(() => {
    threads = new ThreadStore();
    asked = [];
    didAsk = new Emitter();
    did = [];
  });
  afterEach(async () => {
    pick.hide();
    await closed;
  });

  const open = (): void => {
    const kill = (id: string): Promise<'stopped'> => {
      did.push(`kill ${id}`);
      return Promise.resolve('stopped');
    };
    const targets = {
      ...{ threads, describe: () => '41s', errors: new ErrorReporter(silentLog) },
      questions: { pending: () => asked, onDidChange: didAsk.event },
      killer: { kill, forceStop: () => Promise.resolve(false) },
      showTranscript: (id: string) => Promise.resolve(did.push(`open ${id}`)),
    } as unknown as ActiveTurnsTargets;
    pick = new PickStand();
    const createQuickPick = vscode.window.createQuickPick.bind(vscode.window);
    Object.assign(vscode.window, { createQuickPick: () => pick });
    try {
      closed = showActiveTurns(targets);
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
  };
  const put = (id: string, status: 'running' | 'stopping' | 'needsYou' | 'completed'): void =>
    threads.update([[id, sampleThread({ id, status, turnStartedAt: id.charCodeAt(0) })]]);
  const ask = (text: string): void => {
    asked = [{ id: 'q1', text, folder: '/work/api', expiresAt: Date.now() + 60_000 }];
    didAsk.fire();
  };

  it('has what needs the person, what runs, and Stop All', () => {
    put('a', 'running');
    put('b', 'needsYou');
    put('c', 'stopping');
    ask('Which branch?\nmain or next');
    open();
    assert.deepEqual(pick.lines, [
      '— Needs You',
      'Which branch? main or next · asks you · 1m left · api',
      'Task b · 41s [Kill]',
      '— Running',
      'Task a · 41s [Kill]',
      'Task c · 41s',
      '—',
      '$(debug-stop) Stop All',
    ]);
  });

  it('has a question although no turn is known to run, and then nothing to stop', () => {
    ask('Which branch?');
    open();
    assert.deepEqual(pick.lines, ['— Needs You', 'Which branch? · asks you · 1m left · api']);
  });

  it('follows what happens while it is open, and keeps the entry that the person is at', () => {
    put('a', 'running');
    put('b', 'running');
    open();
    pick.activeItems = [pick.item('Task b')];
    put('a', 'completed');
    assert.deepEqual(pick.lines, ['— Running', 'Task b · 41s [Kill]', '—', '$(debug-stop) Stop All']);
    assert.deepEqual(pick.activeItems, [pick.item('Task b')]);
    put('b', 'completed');
    assert.deepEqual(pick.lines, ['No active Codex turns.']);
  });

  it('kills by the button and stays open, opens by Enter, and stops all by its last entry', async () => {
    put('a', 'running');
    put('b', 'needsYou');
    open();
    pick.clickKill('Task a');
    pick.accept('Task b');
    await closed;
    assert.deepEqual(did, ['kill a', 'open b']);
    open();
    pick.accept('$(debug-stop) Stop All');
    await closed;
    assert.deepEqual(did.slice(2).sort(), ['kill a', 'kill b']);
  });

  it('makes no icon and no link of what a model wrote', () => {
    ask('$(bug) [a](command:b)');
    open();
    assert.doesNotMatch(pick.lines[1] ?? '', /\$\(|\]\(/);
  });
});
