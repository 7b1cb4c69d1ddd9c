import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { QuestionReader } from '../threads/pendingQuestions';
import type { ThreadReader } from '../threads/threadStore';
import { CommandId } from '../vscode/contributions';
import { activeTooltip } from './activeTooltip';

/** How often the tooltip says anew how long turns have run: rarely enough to be read, pointed at and clicked. */
const TOOLTIP_MS = 5_000;

/** The status bar entry: there while a turn is active, whoever runs it, or a run asks something; hidden otherwise. */
export class StatusBar implements vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #questions: QuestionReader;
  readonly #lifetime = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  #clock: NodeJS.Timeout | undefined;

  constructor(threads: ThreadReader, questions: QuestionReader) {
    this.#threads = threads;
    this.#questions = questions;
    this.#item = this.#lifetime.add(
      vscode.window.createStatusBarItem('codexCollab.turns', vscode.StatusBarAlignment.Left, 10),
    );
    this.#item.name = 'Codex Turns';
    this.#item.command = CommandId.showActiveTurns;
    this.#lifetime.add(threads.onDidChange(() => this.#draw()));
    this.#lifetime.add(questions.onDidChange(() => this.#draw()));
    this.#draw();
  }

  dispose(): void {
    clearInterval(this.#clock);
    this.#lifetime.dispose();
  }

  #draw(): void {
    const active = this.#threads.active();
    const waiting =
      this.#questions.pending().length + active.filter(({ status }) => status === 'needsYou').length;
    if (active.length + waiting === 0) return this.#hide();
    const isWaiting = waiting > 0;
    this.#item.text = isWaiting ? `$(bell-dot) Codex ${waiting}` : `$(loading~spin) Codex ${active.length}`;
    this.#item.backgroundColor = isWaiting
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.accessibilityInformation = { label: label(active.length, waiting) };
    this.#drawTooltip();
    this.#clock ??= setInterval(() => this.#drawTooltip(), TOOLTIP_MS);
    this.#item.show();
  }

  #drawTooltip(): void {
    this.#item.tooltip = activeTooltip(this.#threads.active(), this.#questions.pending(), Date.now());
  }

  #hide(): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#item.hide();
  }
}

function label(active: number, waiting: number): string {
  if (active === 0) return waiting === 1 ? '1 Codex question for you' : `${waiting} Codex questions for you`;
  const running = active === 1 ? '1 Codex turn running' : `${active} Codex turns running`;
  return waiting === 0 ? running : `${running}, ${waiting} waiting for you`;
}
