import type { Thread } from '../threads/thread';
import { GROUPS, groupOf, newestFirst } from './threadGroups';
import type { Group } from './threadGroups';
import type { GroupNode } from './treeNodes';

/** Where threads stand that are not grouped by folder. */
export const WHOLE = '';

/** The place of one thread in the tree. */
interface Place {
  readonly section: string;
  readonly group: Group;
}

interface GroupEntry {
  readonly node: GroupNode;
  readonly ids: Set<string>;
}

/**
 * Which threads stand in which group of which folder, kept change by change. Knows nothing of how that is
 * drawn. A group of a folder is one object for its life, since VS Code tells rows apart by object.
 */
export class ThreadSections {
  readonly #sections = new Map<string, Map<Group, GroupEntry>>();
  #isByFolder = false;

  /** Begins anew, with or without a section for each folder. */
  reset(threads: Iterable<Thread>, isByFolder: boolean): void {
    this.#isByFolder = isByFolder;
    this.#sections.clear();
    for (const thread of threads) this.add(thread);
  }

  get isByFolder(): boolean {
    return this.#isByFolder;
  }

  /** The folders with threads, those with something running first, then by name. */
  sections(): string[] {
    const running = (section: string): number => Number(this.count(section, 'running') > 0);
    return [...this.#sections.keys()]
      .filter((section) => this.groups(section).length > 0)
      .sort((a, b) => running(b) - running(a) || a.localeCompare(b));
  }

  /** The groups of a folder that have threads, in their order. */
  groups(section: string): GroupNode[] {
    const groups = this.#sections.get(section);
    return GROUPS.flatMap((group) => {
      const found = groups?.get(group);
      return found === undefined || found.ids.size === 0 ? [] : [found.node];
    });
  }

  count(section: string, group: Group): number {
    return this.#sections.get(section)?.get(group)?.ids.size ?? 0;
  }

  /** The newest `limit` threads of a group. */
  newest(section: string, group: Group, limit: number, get: (id: string) => Thread | undefined): Thread[] {
    const newest: Thread[] = [];
    for (const id of this.#sections.get(section)?.get(group)?.ids ?? []) {
      const thread = get(id);
      const last = newest.length < limit ? undefined : newest.at(-1);
      if (thread === undefined || (last !== undefined && newestFirst(last, thread) < 0)) continue;
      newest.splice(placeIn(newest, thread), 0, thread);
      if (newest.length > limit) newest.pop();
    }
    return newest;
  }

  /** The group in which a thread stands. */
  groupNode(thread: Thread): GroupNode {
    const { section, group } = this.#placeOf(thread);
    return this.#entry(section, group).node;
  }

  add(thread: Thread): void {
    const { section, group } = this.#placeOf(thread);
    this.#entry(section, group).ids.add(thread.id);
  }

  remove(thread: Thread): void {
    const { section, group } = this.#placeOf(thread);
    this.#entry(section, group).ids.delete(thread.id);
  }

  #placeOf(thread: Thread): Place {
    return { section: this.#isByFolder ? (thread.cwd ?? 'Unknown folder') : WHOLE, group: groupOf(thread) };
  }

  #entry(section: string, group: Group): GroupEntry {
    let groups = this.#sections.get(section);
    if (groups === undefined) this.#sections.set(section, (groups = new Map<Group, GroupEntry>()));
    let entry = groups.get(group);
    if (entry === undefined) {
      groups.set(group, (entry = { node: { kind: 'group', section, group }, ids: new Set() }));
    }
    return entry;
  }
}

/** Where a thread belongs among others, the newest of which is in front. */
function placeIn(threads: readonly Thread[], thread: Thread): number {
  let from = 0;
  let to = threads.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = threads[middle];
    if (other !== undefined && newestFirst(other, thread) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
