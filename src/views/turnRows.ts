import type * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import { turnTotals } from '../threads/changes/changedFiles';
import type { ChangedFile } from '../threads/changes/changedFiles';
import type { HistoryChange, ThreadHistories, ThreadHistory } from '../threads/history/threadHistory';
import type { HistoryItem } from '../threads/history/turn';
import type { ThreadReader } from '../threads/threadStore';
import { keep, stepNodes, turnNode } from './historyNodes';
import type { KeptNodes } from './historyNodes';
import { HistoryRows } from './historyRows';
import { LateRows, noteRow } from './lateRows';
import type { ChangesNode, HistoryNode, ThreadNode, TreeNode, TurnNode } from './treeNodes';

/** One thread whose row is open. */
interface OpenThread extends Disposable {
  readonly history: ThreadHistory;
  readonly row: ThreadNode;
  readonly nodes: KeptNodes;
  /** Whether the row of its changed files is there: once it is, it stays. */
  hasChanges: boolean;
  readonly late: LateRows;
}

/** What the rows are made from. */
export interface TurnSources {
  readonly histories: ThreadHistories;
  readonly threads: Pick<ThreadReader, 'get' | 'onDidChange'>;
  /** @throws UserError when they cannot be read. */
  readonly changesOf: (threadId: string) => Promise<readonly ChangedFile[]>;
}

/** The rows below threads: turns, the newest first, and their steps in the order in which they happened. */
export class TurnRows implements Disposable {
  readonly #sources: TurnSources;
  readonly #redraw: (nodes: TreeNode[]) => void;
  readonly #shown: HistoryRows;
  readonly #open = new Map<string, OpenThread>();
  /** The rows of threads that have been opened. */
  readonly #rows = new Map<string, ThreadNode>();
  /** The turns whose rows are open, by thread: they are so again when their thread is opened again. */
  readonly #openTurns = new Map<string, Set<string>>();
  readonly #subscription: Disposable;

  constructor(sources: TurnSources, redraw: (nodes: TreeNode[]) => void) {
    this.#sources = sources;
    this.#redraw = redraw;
    this.#shown = new HistoryRows(sources.threads, (threadId) => this.#open.get(threadId)?.history);
    this.#subscription = sources.threads.onDidChange((changes) => {
      for (const { id, before, after } of changes)
        if (before?.pendingApproval?.id !== after?.pendingApproval?.id) this.#approvalChanged(id);
    });
  }

  /** The rows below a thread, which is followed from now on. */
  async turnsOf(node: ThreadNode): Promise<HistoryNode[]> {
    const open = this.#open.get(node.id) ?? this.#follow(node);
    const place = { node, threadId: node.id, place: '' };
    return await open.late.rows(
      place,
      () => open.history.load(),
      () => this.#turns(open),
    );
  }

  /** The files that a thread changed, by path. */
  async filesOf(node: ChangesNode): Promise<HistoryNode[]> {
    const { threadId } = node;
    const work = (): Promise<readonly ChangedFile[]> => this.#sources.changesOf(threadId);
    const rows = this.#followed(threadId)?.late.rows({ node, threadId, place: 'changes' }, work, (files) =>
      files.map((file) => ({ kind: 'changedFile', threadId, path: file.path, file })),
    );
    return (await rows) ?? [];
  }

  async stepsOf(node: TurnNode): Promise<HistoryNode[]> {
    const { threadId, turnId } = node;
    const open = this.#followed(threadId);
    if (open === undefined) return [];
    this.#openTurnsOf(threadId).add(turnId);
    const work = async (): Promise<void> => {
      await open.history.load();
      await open.history.loadItems(turnId);
    };
    return await open.late.rows({ node, threadId, place: turnId }, work, () => this.#steps(open, node));
  }

  /** VS Code may ask for what is below a row that it has kept while its thread was closed. */
  #followed(threadId: string): OpenThread | undefined {
    const row = this.#rows.get(threadId);
    return this.#open.get(threadId) ?? (row === undefined ? undefined : this.#follow(row));
  }

  #turns(open: OpenThread): HistoryNode[] {
    const { id: threadId } = open.row;
    const turns = [...open.history.turns()].reverse().map((turn) => turnNode(open.nodes, threadId, turn));
    if (turns.length === 0) return [noteRow(threadId, '', 'No turns yet')];
    open.hasChanges ||= this.#hasChanges(open);
    return [
      ...(open.hasChanges ? [keep(open.nodes, 'changes', { kind: 'changes', threadId } as const)] : []),
      ...turns,
      ...(open.history.hasOlderTurns ? [{ kind: 'moreTurns', threadId } as const] : []),
    ];
  }

  #steps(open: OpenThread, { threadId, turnId }: TurnNode): HistoryNode[] {
    const place = { threadId, turnId };
    const turn = this.#shown.turn(place);
    // The prompt that began a turn stands in the turn's own row.
    const isBegin = (step: HistoryItem): boolean => step.kind === 'prompt' && step.text === turn?.prompt;
    const steps = turn?.items.filter((step, index) => index > 0 || !isBegin(step)) ?? [];
    const isPlanned = turn?.plan !== undefined && turn.plan.length > 0;
    const isAsking = turn?.status === 'running' && this.#shown.asked(threadId) !== undefined;
    return [
      ...(isPlanned ? [keep(open.nodes, `plan ${turnId}`, { kind: 'plan', ...place } as const)] : []),
      ...steps.flatMap((step) => stepNodes(open.nodes, place, step)),
      ...(isAsking ? [keep(open.nodes, `approval ${turnId}`, { kind: 'approval', ...place } as const)] : []),
    ];
  }

  itemOf(node: HistoryNode): vscode.TreeItem {
    const isOpen = node.kind === 'turn' && this.#openTurns.get(node.threadId)?.has(node.turnId) === true;
    return this.#shown.itemOf(node, isOpen);
  }

  tooltipOf(node: HistoryNode): vscode.MarkdownString | undefined {
    return this.#shown.tooltipOf(node);
  }

  /** What a row says, whole; undefined for one without words of its own. */
  textOf(node: HistoryNode): string | undefined {
    return this.#shown.textOf(node);
  }

  parentOf(node: HistoryNode): TreeNode | undefined {
    const open = this.#open.get(node.threadId);
    if (node.kind === 'changedFile') return open?.nodes.get('changes');
    return 'turnId' in node && node.kind !== 'turn' ? open?.nodes.get(`turn ${node.turnId}`) : open?.row;
  }

  async showOlder(threadId: string): Promise<void> {
    await this.#open.get(threadId)?.history.loadOlder();
  }

  /** True while what stands below a thread is followed: a row that moves to another group stays open. */
  isOpen(threadId: string): boolean {
    return this.#open.has(threadId);
  }

  closeTurn({ threadId, turnId }: TurnNode): void {
    this.#openTurnsOf(threadId).delete(turnId);
  }

  /** The row of a thread was closed: nothing of it is followed any more. */
  close(threadId: string): void {
    this.#open.get(threadId)?.dispose();
    this.#open.delete(threadId);
  }

  /** The thread is gone, and nothing of it is known any more. */
  forget(threadId: string): void {
    this.close(threadId);
    this.#openTurns.delete(threadId);
    this.#rows.delete(threadId);
  }

  closeAll(): void {
    for (const threadId of [...this.#open.keys()]) this.close(threadId);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.closeAll();
  }

  #follow(row: ThreadNode): OpenThread {
    const history = this.#sources.histories.open(row.id);
    const subscription = history.onDidChange((change) => this.#changed(row.id, change));
    const late = new LateRows(this.#redraw);
    const open: OpenThread = {
      history,
      row,
      nodes: new Map(),
      hasChanges: false,
      late,
      dispose: () => {
        late.dispose();
        subscription.dispose();
        history.dispose();
      },
    };
    this.#open.set(row.id, open);
    this.#rows.set(row.id, row);
    return open;
  }

  #changed(threadId: string, { isReset, turns, items }: HistoryChange): void {
    const open = this.#open.get(threadId);
    if (open === undefined) return;
    const known = new Set(turns.map((id) => open.nodes.get(`turn ${id}`)));
    // Deltas alone change no file.
    const isMore = !open.hasChanges && turns.length + items.length > 0 && this.#hasChanges(open);
    if (isReset || isMore || known.has(undefined)) return this.#redraw([open.row]);
    const dirty = new Set<TreeNode>(known as Set<TreeNode>);
    // A turn that has ended may have changed more files.
    const changes = known.size === 0 ? undefined : open.nodes.get('changes');
    if (changes !== undefined && open.hasChanges) dirty.add(changes);
    for (const { turnId, itemId } of items) {
      const node = open.nodes.get(`item ${turnId} ${itemId}`) ?? open.nodes.get(`turn ${turnId}`);
      dirty.add(node ?? open.row);
    }
    if (dirty.size > 0) this.#redraw([...dirty]);
  }

  #approvalChanged(threadId: string): void {
    const open = this.#open.get(threadId);
    const running = open?.history.turns().find(({ status }) => status === 'running');
    const node = running === undefined ? undefined : open?.nodes.get(`turn ${running.id}`);
    if (node !== undefined) this.#redraw([node]);
  }

  #hasChanges({ history, row }: OpenThread): boolean {
    const isNoted = this.#sources.threads.get(row.id)?.changes !== undefined;
    return isNoted || history.turns().some((turn) => turnTotals(turn) !== undefined);
  }

  #openTurnsOf(threadId: string): Set<string> {
    const turns = this.#openTurns.get(threadId) ?? new Set();
    this.#openTurns.set(threadId, turns);
    return turns;
  }
}
