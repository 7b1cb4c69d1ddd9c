import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { Thread } from '../threads/thread';
import type { ArchivedThread, ArchivedThreads } from '../threads/archivedThreads';
import type { QuestionReader } from '../threads/pendingQuestions';
import type { ScopedThreads } from '../threads/scopedThreads';
import type { ThreadReader } from '../threads/threadStore';
import { ViewId } from '../vscode/contributions';
import type { ArchivedReader } from './archivedRows';
import { ThreadsTree } from './threadsTree';
import type { TreeSources } from './threadsTree';
import type { HistoryNode, MoreNode, MoreTurnsNode, TreeNode } from './treeNodes';

const MINUTE = 60_000;
/** How often a row says how long it has run or still waits: rarely enough to be read and clicked. */
const RUNNING_MS = 5_000;

/** What the view shows, and when that changes. */
export interface ViewSources extends TreeSources {
  readonly threads: ScopedThreads;
  readonly archived: ArchivedReader & Pick<ArchivedThreads, 'onDidChange'>;
}

/** The Threads view: the tree, its badge, its message, and the clock that keeps its times true. */
export class ThreadsView implements vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #questions: QuestionReader;
  readonly #lifetime = new DisposableStore();
  readonly #tree: ThreadsTree;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #log: Log;
  #clock: NodeJS.Timeout | undefined;
  #period: number | undefined;

  constructor(sources: ViewSources, log: Log) {
    const { threads, archived, questions } = sources;
    this.#log = log;
    this.#threads = threads;
    this.#questions = questions;
    this.#tree = this.#lifetime.add(new ThreadsTree(sources));
    this.#view = this.#lifetime.add(
      vscode.window.createTreeView(ViewId.threads, { treeDataProvider: this.#tree, canSelectMany: true }),
    );
    this.#lifetime.add({ dispose: () => clearInterval(this.#clock) });
    this.#lifetime.add(threads.onDidChange(() => this.#threadsChanged()));
    this.#lifetime.add(questions.onDidChange(() => this.#threadsChanged()));
    this.#lifetime.add(threads.onDidChangeScope(() => this.#tree.groupByFolder(threads.isAll)));
    this.#lifetime.add(archived.onDidChange(() => this.#tree.redrawArchived()));
    this.#lifetime.add(this.#view.onDidCollapseElement(({ element }) => this.#tree.closed(element)));
    this.#lifetime.add(this.#view.onDidChangeVisibility(() => this.#visibilityChanged()));
    this.#threadsChanged();
  }

  /** Shows the row of a thread where the view is open; brings nothing forward, takes no focus. */
  async reveal(threadId: string): Promise<void> {
    const node = this.#view.visible ? this.#tree.nodeOf(threadId) : undefined;
    if (node === undefined) return;
    try {
      await this.#view.reveal(node, { select: true, focus: false });
    } catch (error) {
      this.#log.debug(`The row of ${threadId} could not be shown: ${errorText(error)}`);
    }
  }

  /** The selected threads, for keys that say nothing of a row. */
  selectedThreads(): string[] {
    return this.#view.selection.flatMap((node) => (node.kind === 'thread' ? [node.id] : []));
  }

  selectedArchived(): ArchivedThread[] {
    return this.#view.selection.flatMap((node) => (node.kind === 'archived' ? [node.thread] : []));
  }

  /** What a turn, a step or a file says in its own words. */
  textOf(node: HistoryNode): string | undefined {
    return this.#tree.textOf(node);
  }

  async showMore(node: MoreNode | MoreTurnsNode): Promise<void> {
    await this.#tree.showMore(node);
  }

  /** A line above the rows, for what is wrong with all of them; an empty one removes it. */
  setMessage(message: string): void {
    this.#view.message = message;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #threadsChanged(): void {
    this.#view.badge = badgeOf(this.#threads.active(), this.#questions.pending().length);
    this.#schedule();
  }

  #visibilityChanged(): void {
    if (this.#view.visible) this.#tree.redrawAll();
    else this.#tree.hidden();
    this.#schedule();
  }

  /** No clock while nobody sees it; a slow one for ages, a faster one while a row counts. */
  #schedule(): void {
    const period = this.#view.visible ? (this.#isCounting() ? RUNNING_MS : MINUTE) : undefined;
    if (period === this.#period) return;
    this.#period = period;
    clearInterval(this.#clock);
    this.#clock = period === undefined ? undefined : setInterval(() => this.#tick(period), period);
  }

  #tick(period: number): void {
    this.#tree.redraw(period === MINUTE ? this.#threads.all() : this.#threads.active());
  }

  #isCounting(): boolean {
    const isRunning = this.#threads.active().some(({ status }) => status === 'running');
    return isRunning || this.#questions.pending().length > 0;
  }
}

/** Those that wait for the person, else those that run. */
function badgeOf(active: readonly Thread[], questions: number): vscode.ViewBadge | undefined {
  const waiting = questions + active.filter(({ status }) => status === 'needsYou').length;
  if (waiting > 0) return { value: waiting, tooltip: `${waiting} waiting for you` };
  if (active.length === 0) return undefined;
  const tooltip = active.length === 1 ? '1 turn running' : `${active.length} turns running`;
  return { value: active.length, tooltip };
}
