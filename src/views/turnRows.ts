import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { errorText } from '../base/userError';
import { turnTotals } from '../threads/changes/changedFiles';
import { totalsText } from '../threads/changes/totalsText';
import { lineCounts } from '../base/lineCounts';
import type { HistoryChange, ThreadHistories, ThreadHistory } from '../threads/history/threadHistory';
import type { HistoryItem, Turn } from '../threads/history/turn';
import type { ThreadReader } from '../threads/threadStore';
import type { FileNode, HistoryNode, ItemNode, ThreadNode, TreeNode, TurnNode } from './treeNodes';
import {
  fileItem,
  historyItem,
  moreTurnsItem,
  noTurnsItem,
  stepTooltip,
  turnItem,
  wholeText,
} from './turnItems';

/** One thread whose row is open. */
interface OpenThread extends Disposable {
  readonly history: ThreadHistory;
  readonly row: ThreadNode;
  /** VS Code tells rows apart by object. */
  readonly nodes: Map<string, TurnNode | ItemNode | FileNode>;
  /** The turns whose rows are open. */
  readonly openTurns: Set<string>;
}

/** The rows below threads: turns, the newest first, and their steps in the order in which they happened. */
export class TurnRows implements Disposable {
  readonly #histories: ThreadHistories;
  readonly #threads: Pick<ThreadReader, 'get'>;
  readonly #redraw: (nodes: TreeNode[]) => void;
  readonly #open = new Map<string, OpenThread>();

  constructor(
    histories: ThreadHistories,
    threads: Pick<ThreadReader, 'get'>,
    redraw: (nodes: TreeNode[]) => void,
  ) {
    this.#histories = histories;
    this.#threads = threads;
    this.#redraw = redraw;
  }

  /** The rows below a thread, which is followed from now on. */
  async turnsOf(row: ThreadNode): Promise<HistoryNode[]> {
    const open = this.#open.get(row.id) ?? this.#follow(row);
    try {
      await open.history.load();
    } catch (error) {
      return [{ kind: 'noTurns', threadId: row.id, text: errorText(error) }];
    }
    const turns = [...open.history.turns()].reverse().map((turn) => turnNode(open, turn));
    if (turns.length === 0) return [{ kind: 'noTurns', threadId: row.id, text: 'No turns yet' }];
    return open.history.hasOlderTurns ? [...turns, { kind: 'moreTurns', threadId: row.id }] : turns;
  }

  async stepsOf({ threadId, turnId }: TurnNode): Promise<HistoryNode[]> {
    const open = this.#open.get(threadId);
    if (open === undefined) return [];
    open.openTurns.add(turnId);
    try {
      await open.history.loadItems(turnId);
    } catch (error) {
      return [{ kind: 'noTurns', threadId, text: errorText(error) }];
    }
    const turn = this.#turn(threadId, turnId);
    const steps = turn?.items.filter((step, place) => place > 0 || !isPromptOf(turn, step)) ?? [];
    return steps.flatMap((step) => stepNodes(open, turnId, step));
  }

  itemOf(node: HistoryNode): vscode.TreeItem {
    // What has gone between the event and this question is asked for no more after the next one.
    const gone = new vscode.TreeItem('');
    switch (node.kind) {
      case 'turn':
        return this.#turnItem(node) ?? gone;
      case 'item': {
        const step = this.#step(node);
        return step === undefined ? gone : historyItem(node, step);
      }
      case 'file':
        return this.#fileItem(node) ?? gone;
      case 'moreTurns':
        return moreTurnsItem(node);
      case 'noTurns':
        return noTurnsItem(node);
    }
  }

  tooltipOf(node: HistoryNode): vscode.MarkdownString | undefined {
    const step = node.kind === 'item' ? this.#step(node) : undefined;
    return step === undefined ? undefined : stepTooltip(step);
  }

  /** What a row says, whole; undefined for one without words of its own. */
  textOf(node: HistoryNode): string | undefined {
    if (node.kind === 'turn') return this.#turn(node.threadId, node.turnId)?.prompt;
    if (node.kind === 'file') return node.path;
    const step = node.kind === 'item' ? this.#step(node) : undefined;
    return step === undefined ? undefined : wholeText(step);
  }

  parentOf(node: HistoryNode): TreeNode | undefined {
    const open = this.#open.get(node.threadId);
    return node.kind === 'item' || node.kind === 'file' ? open?.nodes.get(`turn ${node.turnId}`) : open?.row;
  }

  async showOlder(threadId: string): Promise<void> {
    await this.#open.get(threadId)?.history.loadOlder();
  }

  /** True while what stands below a thread is followed: a row that moves to another group stays open. */
  isOpen(threadId: string): boolean {
    return this.#open.has(threadId);
  }

  closeTurn({ threadId, turnId }: TurnNode): void {
    this.#open.get(threadId)?.openTurns.delete(turnId);
  }

  /** The row of a thread was closed, or is gone: nothing of it is followed any more. */
  close(threadId: string): void {
    this.#open.get(threadId)?.dispose();
    this.#open.delete(threadId);
  }

  closeAll(): void {
    for (const threadId of [...this.#open.keys()]) this.close(threadId);
  }

  dispose(): void {
    this.closeAll();
  }

  #follow(row: ThreadNode): OpenThread {
    const history = this.#histories.open(row.id);
    const subscription = history.onDidChange((change) => this.#changed(row.id, change));
    const open: OpenThread = {
      history,
      row,
      nodes: new Map(),
      openTurns: new Set(),
      dispose: () => {
        subscription.dispose();
        history.dispose();
      },
    };
    this.#open.set(row.id, open);
    return open;
  }

  #changed(threadId: string, { isReset, turns, items }: HistoryChange): void {
    const open = this.#open.get(threadId);
    if (open === undefined) return;
    const known = new Set(turns.map((id) => open.nodes.get(`turn ${id}`)));
    if (isReset || known.has(undefined)) return this.#redraw([open.row]);
    const dirty = new Set<TreeNode>(known as Set<TreeNode>);
    for (const { turnId, itemId } of items) {
      const node = open.nodes.get(`item ${turnId} ${itemId}`) ?? open.nodes.get(`turn ${turnId}`);
      dirty.add(node ?? open.row);
    }
    if (dirty.size > 0) this.#redraw([...dirty]);
  }

  #turnItem(node: TurnNode): vscode.TreeItem | undefined {
    const open = this.#open.get(node.threadId);
    const turns = open?.history.turns() ?? [];
    const place = turns.findIndex(({ id }) => id === node.turnId);
    const turn = turns[place];
    if (open === undefined || turn === undefined) return undefined;
    const number = !open.history.hasOlderTurns && turns.length > 1 ? place + 1 : undefined;
    return turnItem(node, turn, { number, totals: totalsOf(turn), isOpen: open.openTurns.has(turn.id) });
  }

  #fileItem(node: FileNode): vscode.TreeItem | undefined {
    const step = this.#step(node);
    const edit =
      step?.kind === 'fileChange' ? step.changes.find(({ path }) => path === node.path) : undefined;
    if (step === undefined || edit === undefined) return undefined;
    return fileItem(node, {
      status: step.status,
      totals: totalsText(lineCounts(edit)),
      cwd: this.#threads.get(node.threadId)?.cwd,
      isTurnRunning: this.#turn(node.threadId, node.turnId)?.status === 'running',
    });
  }

  #turn(threadId: string, turnId: string): Turn | undefined {
    return this.#open
      .get(threadId)
      ?.history.turns()
      .find(({ id }) => id === turnId);
  }

  #step({ threadId, turnId, itemId }: ItemNode | FileNode): HistoryItem | undefined {
    return this.#turn(threadId, turnId)?.items.find(({ id }) => id === itemId);
  }
}

function turnNode({ nodes, row }: OpenThread, { id }: Turn): TurnNode {
  return keep(nodes, `turn ${id}`, { kind: 'turn', threadId: row.id, turnId: id });
}

/** The prompt that began a turn stands in the turn's own row. */
function isPromptOf({ prompt }: Turn, step: HistoryItem): boolean {
  return step.kind === 'prompt' && step.text === prompt;
}

/** A change of several files has a row for each. */
function stepNodes({ nodes, row }: OpenThread, turnId: string, step: HistoryItem): HistoryNode[] {
  const place = { threadId: row.id, turnId, itemId: step.id };
  if (step.kind !== 'fileChange' || step.changes.length === 0)
    return [keep(nodes, `item ${turnId} ${step.id}`, { kind: 'item', ...place })];
  return step.changes.map(({ path }) =>
    keep(nodes, `file ${turnId} ${step.id} ${path}`, { kind: 'file', ...place, path }),
  );
}

function keep<T extends TurnNode | ItemNode | FileNode>(nodes: OpenThread['nodes'], key: string, node: T): T {
  const kept = nodes.get(key);
  if (kept?.kind === node.kind) return kept as T;
  nodes.set(key, node);
  return node;
}

/** "+12 −3"; undefined for a turn that changed no file. */
function totalsOf(turn: Turn): string | undefined {
  const totals = turnTotals(turn);
  return totals === undefined ? undefined : totalsText(totals);
}
