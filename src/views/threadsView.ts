import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable';
import type { ThreadReader } from '../threads/threadStore';
import { ViewId } from '../vscode/contributions';
import { ThreadsTree } from './threadsTree';
import type { MoreNode, TreeNode } from './treeNodes';

const SECOND = 1_000;
const MINUTE = 60_000;

/** The Threads view: the tree, its badge, its message, and the clock that keeps its times true. */
export class ThreadsView implements vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #lifetime = new DisposableStore();
  readonly #tree: ThreadsTree;
  readonly #view: vscode.TreeView<TreeNode>;
  #clock: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor(threads: ThreadReader) {
    this.#threads = threads;
    this.#tree = this.#lifetime.add(new ThreadsTree(threads));
    this.#view = this.#lifetime.add(
      vscode.window.createTreeView(ViewId.threads, { treeDataProvider: this.#tree, canSelectMany: true }),
    );
    this.#lifetime.add({ dispose: () => clearTimeout(this.#clock) });
    this.#lifetime.add(threads.onDidChange(() => this.#threadsChanged()));
    this.#lifetime.add(this.#view.onDidChangeVisibility(() => this.#visibilityChanged()));
    this.#threadsChanged();
  }

  /** Shows the row of a thread without taking the focus from where the person types. */
  async reveal(threadId: string): Promise<void> {
    const node = this.#tree.nodeOf(threadId);
    if (node !== undefined) await this.#view.reveal(node, { select: true, focus: false });
  }

  /** The selected threads, for keys that say nothing of a row. */
  selectedThreads(): string[] {
    return this.#view.selection.flatMap((node) => (node.kind === 'thread' ? [node.id] : []));
  }

  showMore(node: MoreNode): void {
    this.#tree.showMore(node);
  }

  groupByFolder(isByFolder: boolean): void {
    this.#tree.groupByFolder(isByFolder);
  }

  /** A line above the rows, for what is wrong with all of them; an empty one removes it. */
  setMessage(message: string): void {
    this.#view.message = message;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #threadsChanged(): void {
    const count = this.#threads.active().length;
    this.#view.badge =
      count === 0
        ? undefined
        : { value: count, tooltip: count === 1 ? '1 turn running' : `${count} turns running` };
    this.#schedule();
  }

  #visibilityChanged(): void {
    if (this.#view.visible) this.#tree.redrawAll();
    this.#schedule();
  }

  /** Each second while a visible row counts seconds, else each minute while rows are visible at all. */
  #schedule(): void {
    if (!this.#view.visible) {
      clearTimeout(this.#clock);
      this.#clock = undefined;
      return;
    }
    const isCounting = this.#threads.active().length > 0;
    if (this.#clock !== undefined && !isCounting) return;
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => this.#tick(isCounting), isCounting ? SECOND : MINUTE);
  }

  #tick(isCounting: boolean): void {
    this.#clock = undefined;
    this.#ticks += 1;
    const isMinute = !isCounting || this.#ticks % 60 === 0;
    if (isMinute) this.#tree.redrawAll();
    else this.#tree.redraw(this.#threads.active());
    this.#schedule();
  }
}
