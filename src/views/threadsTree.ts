import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable';
import type { ThreadChange, ThreadStore } from '../threads/threadStore';
import type { Thread } from '../threads/thread';
import { CommandId } from '../vscode/contributions';
import { GROUPS, groupOf, groupTitle, newestFirst, sortTime } from './threadGroups';
import type { Group } from './threadGroups';
import { accessibleLabel, description } from './threadText';
import { tooltip } from './threadTooltip';

/** VS Code asks for every child of a row that changed, so that a long group shows its newest ones first. */
const PAGE_SIZE = 50;

interface GroupNode {
  readonly kind: 'group';
  readonly group: Group;
}

interface ThreadNode {
  readonly kind: 'thread';
  readonly id: string;
}

interface MoreNode {
  readonly kind: 'more';
  readonly group: Group;
}

export type TreeNode = GroupNode | ThreadNode | MoreNode;

/** Draws the store as groups of rows, and redraws just the rows and groups that a change concerns. */
export class ThreadsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #store: ThreadStore;
  readonly #didChange = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #subscription: Disposable;
  /** Rows are told apart by object, so that each thread and group has one for its life. */
  readonly #groupNodes: ReadonlyMap<Group, GroupNode>;
  readonly #threadNodes = new Map<string, ThreadNode>();
  readonly #members: ReadonlyMap<Group, Set<string>>;
  readonly #limits = new Map<Group, number>();

  readonly onDidChangeTreeData = this.#didChange.event;

  constructor(store: ThreadStore) {
    this.#store = store;
    this.#groupNodes = new Map(GROUPS.map((group) => [group, { kind: 'group', group }]));
    this.#members = new Map(GROUPS.map((group) => [group, new Set<string>()]));
    for (const thread of store.all()) this.#enter(thread);
    this.#subscription = store.onDidChange((changes) => this.#threadsChanged(changes));
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) {
      return GROUPS.filter((group) => this.#membersOf(group).size > 0).map((group) => this.#groupNode(group));
    }
    return node.kind === 'group' ? this.#rowsOf(node.group) : [];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return this.#groupItem(node.group);
      case 'more':
        return this.#moreItem(node.group);
      case 'thread':
        return this.#threadItem(node.id);
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind === 'more') return this.#groupNode(node.group);
    const thread = this.#store.get(node.id);
    return thread === undefined ? undefined : this.#groupNode(groupOf(thread));
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const thread = node.kind === 'thread' ? this.#store.get(node.id) : undefined;
    if (thread !== undefined) item.tooltip = tooltip(thread, Date.now());
    return item;
  }

  /** The row of a thread, to be revealed; undefined when the tree does not have it. */
  nodeOf(threadId: string): TreeNode | undefined {
    return this.#threadNodes.get(threadId);
  }

  /** Shows the next page of a group. */
  showMore(group: Group): void {
    this.#limits.set(group, this.#limitOf(group) + PAGE_SIZE);
    this.#didChange.fire([this.#groupNode(group)]);
  }

  /** Redraws rows whose text depends on the time. */
  redraw(threads: Iterable<Thread>): void {
    const nodes = [...threads].flatMap(({ id }) => this.#threadNodes.get(id) ?? []);
    if (nodes.length > 0) this.#didChange.fire(nodes);
  }

  redrawAll(): void {
    this.#didChange.fire(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#didChange.dispose();
  }

  #threadsChanged(changes: readonly ThreadChange[]): void {
    const shownBefore = this.#shownGroups();
    const dirty = new Set<TreeNode>();
    for (const { id, before, after } of changes) {
      const groups = [before, after].flatMap((thread) => (thread === undefined ? [] : [groupOf(thread)]));
      if (before !== undefined) this.#leave(before);
      if (after !== undefined) this.#enter(after);
      if (before !== undefined && after !== undefined && isSamePlace(before, after)) {
        dirty.add(this.#threadNode(id));
      } else {
        for (const group of groups) dirty.add(this.#groupNode(group));
      }
      if (after === undefined) this.#threadNodes.delete(id);
    }
    // A group that comes or goes is a change of the root; nothing smaller would show it.
    const isRootChanged = this.#shownGroups() !== shownBefore;
    this.#didChange.fire(isRootChanged ? undefined : [...dirty]);
  }

  #shownGroups(): string {
    return GROUPS.filter((group) => this.#membersOf(group).size > 0).join();
  }

  #rowsOf(group: Group): TreeNode[] {
    const threads = [...this.#membersOf(group)].flatMap((id) => this.#store.get(id) ?? []).sort(newestFirst);
    const limit = this.#limitOf(group);
    const rows: TreeNode[] = threads.slice(0, limit).map(({ id }) => this.#threadNode(id));
    return threads.length > limit ? [...rows, { kind: 'more', group }] : rows;
  }

  #groupItem(group: Group): vscode.TreeItem {
    const isOpen = group === 'running' || group === 'interrupted';
    const item = new vscode.TreeItem(
      groupTitle(group),
      isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
    );
    const count = this.#membersOf(group).size;
    item.id = `group.${group}`;
    item.description = String(count);
    item.contextValue = 'group';
    item.accessibilityInformation = { label: `${groupTitle(group)}, ${count} threads` };
    return item;
  }

  #moreItem(group: Group): vscode.TreeItem {
    const item = new vscode.TreeItem('Show More');
    const hidden = this.#membersOf(group).size - this.#limitOf(group);
    item.id = `more.${group}`;
    item.description = `${hidden} older`;
    item.contextValue = 'more';
    item.command = { command: CommandId.showMore, title: 'Show More', arguments: [group] };
    return item;
  }

  #threadItem(id: string): vscode.TreeItem {
    const thread = this.#store.get(id);
    // Gone between the event and this question: VS Code asks for the parent's children next.
    if (thread === undefined) return new vscode.TreeItem('');
    const now = Date.now();
    const item = new vscode.TreeItem(thread.title);
    item.id = id;
    item.description = description(thread, now);
    item.iconPath = icon(thread);
    item.contextValue = `thread.${thread.status}`;
    item.accessibilityInformation = { label: accessibleLabel(thread, now) };
    item.command = { command: CommandId.openOutput, title: 'Open Output', arguments: [{ id }] };
    return item;
  }

  #enter(thread: Thread): void {
    this.#membersOf(groupOf(thread)).add(thread.id);
    this.#threadNode(thread.id);
  }

  #leave(thread: Thread): void {
    this.#membersOf(groupOf(thread)).delete(thread.id);
  }

  #membersOf(group: Group): Set<string> {
    return this.#members.get(group) ?? new Set();
  }

  #limitOf(group: Group): number {
    return this.#limits.get(group) ?? PAGE_SIZE;
  }

  #groupNode(group: Group): GroupNode {
    return this.#groupNodes.get(group) ?? { kind: 'group', group };
  }

  #threadNode(id: string): ThreadNode {
    let node = this.#threadNodes.get(id);
    if (node === undefined) this.#threadNodes.set(id, (node = { kind: 'thread', id }));
    return node;
  }
}

/** True when a change leaves a row where it is. */
function isSamePlace(before: Thread, after: Thread): boolean {
  return groupOf(before) === groupOf(after) && sortTime(before) === sortTime(after);
}

function icon(thread: Thread): vscode.ThemeIcon {
  switch (thread.status) {
    case 'needsYou':
      return new vscode.ThemeIcon('bell-dot', new vscode.ThemeColor('notificationsWarningIcon.foreground'));
    case 'running':
      return new vscode.ThemeIcon('loading~spin');
    case 'stopping':
      return new vscode.ThemeIcon('loading~spin', new vscode.ThemeColor('charts.orange'));
    case 'interrupted':
      return new vscode.ThemeIcon('debug-pause');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'completed':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'idle':
      return new vscode.ThemeIcon('circle-outline');
  }
}
