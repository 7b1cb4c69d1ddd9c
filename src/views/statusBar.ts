import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { QuestionReader } from '../threads/pendingQuestions';
import type { Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { CommandId } from '../vscode/contributions';

/** The status bar entry: there while a turn is active, whoever runs it; hidden otherwise. */
export class StatusBar implements vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #questions: QuestionReader;
  readonly #lifetime = new DisposableStore();
  readonly #item: vscode.StatusBarItem;

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
    this.#lifetime.dispose();
  }

  #draw(): void {
    const active = this.#threads.active();
    const waiting =
      this.#questions.pending().length + active.filter(({ status }) => status === 'needsYou').length;
    if (active.length + waiting === 0) return this.#item.hide();
    const isWaiting = waiting > 0;
    this.#item.text = isWaiting ? `$(bell-dot) Codex ${waiting}` : `$(loading~spin) Codex ${active.length}`;
    this.#item.backgroundColor = isWaiting
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.tooltip = tooltip(active);
    this.#item.accessibilityInformation = { label: label(active.length, waiting) };
    this.#item.show();
  }
}

function label(active: number, waiting: number): string {
  const running = active === 1 ? '1 Codex turn running' : `${active} Codex turns running`;
  return waiting === 0 ? running : `${running}, ${waiting} waiting for you`;
}

function tooltip(active: readonly Thread[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  // Only our own commands may be called from here; titles are text.
  markdown.isTrusted = { enabledCommands: [CommandId.openTranscript] };
  for (const thread of active) {
    const argument = encodeURIComponent(JSON.stringify([{ id: thread.id }]));
    const since = new Date(thread.turnStartedAt ?? Date.now()).toLocaleTimeString();
    markdown.appendText(`${thread.title}, since ${since} `);
    markdown.appendMarkdown(` [Open](command:${CommandId.openTranscript}?${argument})  \n`);
  }
  return markdown;
}
