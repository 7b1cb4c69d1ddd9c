import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import type { QuestionReader } from '../threads/pendingQuestions';
import type { Thread } from '../threads/thread';
import type { ThreadChange, ThreadReader } from '../threads/threadStore';
import { sortTime } from './threadGroups';
import { ThreadSections, WHOLE } from './threadSections';
import { tooltip } from './threadTooltip';
import { archivedGroupItem, archivedItem, moreArchivedItem } from './archivedItems';
import { ArchivedRows } from './archivedRows';
import type { ArchivedReader } from './archivedRows';
import { QuestionRows } from './questionRows';
import { folderItem, groupItem, moreItem, threadItem } from './treeItems';
import type {
  FolderNode,
  GroupNode,
  HistoryNode,
  MoreNode,
  MoreTurnsNode,
  ThreadNode,
  TreeNode,
} from './treeNodes';
import { TurnRows } from './turnRows';
import type { TurnSources } from './turnRows';

/** VS Code asks for every child of a row that changed, so that a long group shows its newest ones first. */
const PAGE_SIZE = 50;

/** What the tree shows. */
export interface TreeSources extends TurnSources {
  readonly threads: ThreadReader;
  readonly archived: ArchivedReader;
  readonly questions: QuestionReader;
  /** Asks for the prompt of a thread that has none, to show it by. */
  readonly wantPrompt: (threadId: string) => void;
  /** Until then VS Code shows that the view is at work instead of an empty one. */
  readonly loaded: Promise<unknown>;
}

/** Draws threads as groups of rows, and redraws just the rows and groups that a change concerns. */
export class ThreadsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #loaded: Promise<unknown>;
  readonly #wantPrompt: (threadId: string) => void;
  readonly #archived: ArchivedRows;
  readonly #didChange = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #questions: QuestionRows;
  readonly #subscriptions: Disposable[];
  readonly #sections = new ThreadSections();
  readonly #turns: TurnRows;
  /** VS Code tells rows apart by object: a thread and a folder have one for their life. */
  readonly #threadNodes = new Map<string, ThreadNode>();
  readonly #folderNodes = new Map<string, FolderNode>();
  readonly #limits = new Map<string, number>();

  readonly onDidChangeTreeData = this.#didChange.event;

  constructor(sources: TreeSources) {
    const { threads, histories, changesOf, archived, questions, wantPrompt, loaded } = sources;
    this.#wantPrompt = wantPrompt;
    this.#archived = new ArchivedRows(archived);
    this.#threads = threads;
    this.#loaded = loaded;
    this.#turns = new TurnRows({ histories, threads, changesOf }, (nodes) => this.#didChange.fire(nodes));
    this.#questions = new QuestionRows(questions, this.#sections);
    this.#sections.reset(threads.all(), false);
    this.#questions.place();
    this.#subscriptions = [
      threads.onDidChange((changes) => this.#threadsChanged(changes)),
      questions.onDidChange(() => this.#questionsChanged()),
    ];
  }

  /** With or without a row for each folder. */
  groupByFolder(isByFolder: boolean): void {
    if (this.#sections.isByFolder === isByFolder) return;
    this.#sections.reset(this.#threads.all(), isByFolder);
    this.#questions.place();
    this.redrawAll();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) {
      await this.#loaded;
      return this.#roots();
    }
    switch (node.kind) {
      case 'archivedGroup':
        return await this.#archived.rows();
      case 'folder':
        return this.#sections.groups(node.section);
      case 'group':
        return this.#rowsOf({ ...node, kind: 'more' });
      case 'thread':
        return await this.#turns.turnsOf(node);
      case 'turn':
        return await this.#turns.stepsOf(node);
      case 'changes':
        return await this.#turns.filesOf(node);
      default:
        return [];
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'folder':
        return folderItem(node.section, this.#sections.count(node.section, 'running'));
      case 'group':
        return groupItem(node, this.#sections.count(node.section, node.group));
      case 'more':
        return moreItem(node, this.#sections.count(node.section, node.group) - this.#limitOf(node));
      case 'archivedGroup':
        return archivedGroupItem();
      case 'archived':
        return archivedItem(node.thread);
      case 'moreArchived':
        return moreArchivedItem();
      case 'thread': {
        const thread = this.#threads.get(node.id);
        node.approvalId = thread?.pendingApproval?.id;
        if (thread !== undefined && thread.name === undefined && thread.prompt === undefined)
          this.#wantPrompt(thread.id);
        // Gone between the event and this question: VS Code asks for the parent's children next.
        return thread === undefined
          ? new vscode.TreeItem('')
          : threadItem(thread, this.#turns.isOpen(thread.id));
      }
      case 'question':
        return this.#questions.itemOf(node);
      default:
        return this.#turns.itemOf(node);
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    switch (node.kind) {
      case 'folder':
      case 'archivedGroup':
        return undefined;
      case 'archived':
      case 'moreArchived':
        return this.#archived.group;
      case 'group':
        return this.#sections.isByFolder ? this.#folderNode(node.section) : undefined;
      case 'more':
        return this.#sections.groups(node.section).find(({ group }) => group === node.group);
      case 'question':
        return this.#sections.groups(node.section).find(({ group }) => group === 'needsYou');
      case 'thread': {
        const thread = this.#threads.get(node.id);
        return thread === undefined ? undefined : this.#sections.groupNode(thread);
      }
      default:
        return this.#turns.parentOf(node);
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const thread = node.kind === 'thread' ? this.#threads.get(node.id) : undefined;
    if (thread !== undefined) item.tooltip = tooltip(thread, Date.now());
    if (node.kind === 'item') item.tooltip = this.#turns.tooltipOf(node) ?? item.tooltip;
    if (node.kind === 'question') item.tooltip = this.#questions.tooltipOf(node) ?? item.tooltip;
    return item;
  }

  /** Asks for the archived threads anew, if they are shown. */
  redrawArchived(): void {
    this.#archived.reset();
    this.#didChange.fire([this.#archived.group]);
  }

  /** The row of a thread, to be revealed; undefined when the tree does not have it. */
  nodeOf(threadId: string): TreeNode | undefined {
    return this.#threads.get(threadId) === undefined ? undefined : this.#threadNode(threadId);
  }

  /** What a turn, a step or a file says in its own words. */
  textOf(node: HistoryNode): string | undefined {
    return this.#turns.textOf(node);
  }

  /** The person closed a row: what stood below it is followed no more. */
  closed(node: TreeNode): void {
    if (node.kind === 'thread') {
      this.#turns.close(node.id);
      // VS Code would show what it has when the row is opened again, of which nothing is followed any more.
      this.#didChange.fire([node]);
    }
    if (node.kind === 'turn') this.#turns.closeTurn(node);
    if (node.kind === 'archivedGroup') this.#archived.closed();
  }

  /** Nobody sees the view: VS Code asks for all that is open when it is shown again. */
  hidden(): void {
    this.#turns.closeAll();
  }

  /** Shows the next page of a group, or of the turns of a thread. */
  async showMore(node: MoreNode | MoreTurnsNode): Promise<void> {
    if (node.kind === 'moreTurns') {
      await this.#turns.showOlder(node.threadId);
      return;
    }
    this.#limits.set(`${node.group}.${node.section}`, this.#limitOf(node) + PAGE_SIZE);
    const group = this.getParent(node);
    if (group !== undefined) this.#didChange.fire([group]);
  }

  /** Redraws rows whose text depends on the time: those of these threads, and every question. */
  redraw(threads: Iterable<Thread>): void {
    const rows = [...threads].flatMap(({ id }) => this.#threadNodes.get(id) ?? []);
    const nodes = [...this.#questions.all(), ...rows];
    if (nodes.length > 0) this.#didChange.fire(nodes);
  }

  redrawAll(): void {
    this.#didChange.fire(undefined);
  }

  dispose(): void {
    this.#turns.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#didChange.dispose();
  }

  /** The archive stands below threads; alone it would hide what an empty view has to say. */
  #roots(): TreeNode[] {
    const roots: TreeNode[] = this.#sections.isByFolder
      ? this.#sections.sections().map((section) => this.#folderNode(section))
      : this.#sections.groups(WHOLE);
    return roots.length === 0 ? [] : [...roots, this.#archived.group];
  }

  #threadsChanged(changes: readonly ThreadChange[]): void {
    const shownBefore = this.#shownGroups();
    const dirty = new Set<TreeNode>();
    for (const { id, before, after } of changes) {
      if (before !== undefined) this.#sections.remove(before);
      if (after !== undefined) this.#sections.add(after);
      const groups = [before, after].flatMap((each) =>
        each === undefined ? [] : this.#sections.groupNode(each),
      );
      const isInPlace = groups[0] === groups[1] && isSameOrder(before, after);
      for (const node of isInPlace ? [this.#threadNode(id)] : this.#withFolders(groups)) dirty.add(node);
      if (after === undefined) {
        this.#threadNodes.delete(id);
        this.#turns.forget(id);
      }
    }
    // A group that comes or goes is a change of the root; nothing smaller would show it.
    const isRootChanged = this.#shownGroups() !== shownBefore;
    this.#didChange.fire(isRootChanged ? undefined : [...dirty]);
  }

  /** They come and go rarely, and a group may come or go with them. */
  #questionsChanged(): void {
    this.#questions.place();
    this.redrawAll();
  }

  /** A folder's row counts what runs in it. */
  #withFolders(groups: readonly GroupNode[]): TreeNode[] {
    if (!this.#sections.isByFolder) return [...groups];
    return groups.flatMap((group) => [group, this.#folderNode(group.section)]);
  }

  #shownGroups(): string {
    const sections = this.#sections.sections();
    return sections
      .map((each) => [each, ...this.#sections.groups(each).map(({ group }) => group)].join())
      .join('\n');
  }

  #rowsOf(more: MoreNode): TreeNode[] {
    const { section, group } = more;
    const limit = this.#limitOf(more);
    const threads = this.#sections.newest(section, group, limit, (id) => this.#threads.get(id));
    const asked = this.#questions.nodesOf(section, group);
    const rows: TreeNode[] = [...asked, ...threads.map(({ id }) => this.#threadNode(id))];
    return this.#sections.count(section, group) > limit ? [...rows, more] : rows;
  }

  #limitOf({ section, group }: MoreNode): number {
    return this.#limits.get(`${group}.${section}`) ?? PAGE_SIZE;
  }

  #folderNode(section: string): FolderNode {
    let node = this.#folderNodes.get(section);
    if (node === undefined) this.#folderNodes.set(section, (node = { kind: 'folder', section }));
    return node;
  }

  #threadNode(id: string): ThreadNode {
    let node = this.#threadNodes.get(id);
    if (node === undefined) this.#threadNodes.set(id, (node = { kind: 'thread', id }));
    return node;
  }
}

/** True when a change leaves a row between the same neighbours. */
function isSameOrder(before: Thread | undefined, after: Thread | undefined): boolean {
  return before !== undefined && after !== undefined && sortTime(before) === sortTime(after);
}
