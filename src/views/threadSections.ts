import type { Thread } from '../threads/thread';
import { GROUPS, groupOf, newestFirst } from './threadGroups';
import type { Group } from './threadGroups';
import type { GroupNode } from './treeNodes';

/** Where threads stand that are not grouped by folder. */
export const WHOLE = '';
const UNKNOWN = 'Unknown folder';

/** The place of one thread in the tree. */
interface Place {
  readonly section: string;
  readonly group: Group;
}

interface GroupEntry {
  readonly node: GroupNode;
  readonly ids: Set<string>;
  /** Those of runs; only what needs the person has any. */
  readonly questions: Set<string>;
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
      return found === undefined || this.count(section, group) === 0 ? [] : [found.node];
    });
  }

  count(section: string, group: Group): number {
    const entry = this.#sections.get(section)?.get(group);
    return entry === undefined ? 0 : entry.ids.size + entry.questions.size;
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

  /** The group of a folder in which questions stand, with as many as there are. */
  setQuestions(section: string, ids: readonly string[]): void {
    const { questions } = this.#entry(section, 'needsYou');
    questions.clear();
    for (const id of ids) questions.add(id);
  }

  /** Where a question of a folder stands. */
  sectionOf(folder: string | undefined): string {
    return this.#isByFolder ? (folder ?? UNKNOWN) : WHOLE;
  }

  questions(section: string, group: Group): string[] {
    return [...(this.#sections.get(section)?.get(group)?.questions ?? [])];
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
    return { section: this.sectionOf(thread.cwd), group: groupOf(thread) };
  }

  #entry(section: string, group: Group): GroupEntry {
    let groups = this.#sections.get(section);
    if (groups === undefined) this.#sections.set(section, (groups = new Map<Group, GroupEntry>()));
    let entry = groups.get(group);
    if (entry === undefined) {
      const node: GroupNode = { kind: 'group', section, group };
      groups.set(group, (entry = { node, ids: new Set(), questions: new Set() }));
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
