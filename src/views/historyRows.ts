import * as vscode from 'vscode';
import { lineCounts } from '../base/lineCounts';
import { turnTotals } from '../threads/changes/changedFiles';
import { totalsText } from '../threads/changes/totalsText';
import type { ThreadHistory } from '../threads/history/threadHistory';
import type { HistoryItem, Turn } from '../threads/history/turn';
import { isActive } from '../threads/thread';
import type { PendingApproval } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { changedFileItem, changesItem } from './changesItems';
import type { FileNode, HistoryNode, ItemNode, TurnNode } from './treeNodes';
import {
  fileItem,
  historyItem,
  moreTurnsItem,
  noTurnsItem,
  stepTooltip,
  turnItem,
  wholeText,
} from './turnItems';
import { approvalItem, planItem } from './turnStateItems';

/** What the rows below threads look like and say, as their histories are at the moment. */
export class HistoryRows {
  readonly #threads: Pick<ThreadReader, 'get'>;
  readonly #historyOf: (threadId: string) => ThreadHistory | undefined;

  constructor(
    threads: Pick<ThreadReader, 'get'>,
    historyOf: (threadId: string) => ThreadHistory | undefined,
  ) {
    this.#threads = threads;
    this.#historyOf = historyOf;
  }

  /** `isOpen`: whether the rows below it are shown. */
  itemOf(node: HistoryNode, isOpen: boolean): vscode.TreeItem {
    // What has gone between the event and this question is asked for no more after the next one.
    const gone = new vscode.TreeItem('');
    switch (node.kind) {
      case 'turn':
        return this.#turnItem(node, isOpen) ?? gone;
      case 'item': {
        const step = this.#step(node);
        return step === undefined ? gone : historyItem(node, step);
      }
      case 'file':
        return this.#fileItem(node) ?? gone;
      case 'plan': {
        const plan = this.turn(node)?.plan;
        return plan === undefined ? gone : planItem(node, plan);
      }
      case 'approval': {
        const asked = this.asked(node.threadId);
        return asked === undefined ? gone : approvalItem(node, asked);
      }
      case 'changes':
        return changesItem(node, this.#threads.get(node.threadId)?.changes);
      case 'changedFile':
        return changedFileItem(node, this.#threads.get(node.threadId)?.cwd);
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
    if (node.kind === 'turn') return this.turn(node)?.prompt;
    if (node.kind === 'file' || node.kind === 'changedFile') return node.path;
    const step = node.kind === 'item' ? this.#step(node) : undefined;
    return step === undefined ? undefined : wholeText(step);
  }

  turn({ threadId, turnId }: Pick<TurnNode, 'threadId' | 'turnId'>): Turn | undefined {
    return this.#historyOf(threadId)
      ?.turns()
      .find(({ id }) => id === turnId);
  }

  /** What a thread waits for. */
  asked(threadId: string): PendingApproval | undefined {
    return this.#threads.get(threadId)?.pendingApproval;
  }

  #step(node: ItemNode | FileNode): HistoryItem | undefined {
    return this.turn(node)?.items.find(({ id }) => id === node.itemId);
  }

  #turnItem(node: TurnNode, isOpen: boolean): vscode.TreeItem | undefined {
    const history = this.#historyOf(node.threadId);
    const turns = history?.turns() ?? [];
    const place = turns.findIndex(({ id }) => id === node.turnId);
    const turn = turns[place];
    if (history === undefined || turn === undefined) return undefined;
    const number = !history.hasOlderTurns && turns.length > 1 ? place + 1 : undefined;
    // Of the turn that somebody else has just begun, codex knows no more than that it has not ended.
    const isBegun = turn.status === 'unknown' && place === turns.length - 1 && this.#isActive(node.threadId);
    const shown: Turn = isBegun ? { ...turn, status: 'running' } : turn;
    return turnItem(node, shown, { number, totals: totalsOf(turn), isOpen });
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
      isTurnRunning: this.turn(node)?.status === 'running',
    });
  }

  #isActive(threadId: string): boolean {
    const thread = this.#threads.get(threadId);
    return thread !== undefined && isActive(thread);
  }
}

/** "+12 −3"; undefined for a turn that changed no file. */
function totalsOf(turn: Turn): string | undefined {
  const totals = turnTotals(turn);
  return totals === undefined ? undefined : totalsText(totals);
}
