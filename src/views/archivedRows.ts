import { errorText } from '../base/userError';
import type { ArchivedThreads } from '../threads/archivedThreads';
import { noteRow } from './lateRows';
import type { ArchivedGroupNode, TreeNode } from './treeNodes';

/** What the rows need of the archive. */
export type ArchivedReader = Pick<ArchivedThreads, 'page' | 'invalidate'>;

/** The archived threads, which codex is asked for when their group is opened. */
export class ArchivedRows {
  readonly group: ArchivedGroupNode = { kind: 'archivedGroup' };
  readonly #archived: ArchivedReader;
  /** Why they could not be read. Not asked for again with each redraw: codex would be started time and again. */
  #problem: string | undefined;

  constructor(archived: ArchivedReader) {
    this.#archived = archived;
  }

  async rows(): Promise<TreeNode[]> {
    try {
      if (this.#problem === undefined) return await this.#page();
    } catch (error) {
      this.#problem = errorText(error);
    }
    return [noteRow('', 'archived', this.#problem)];
  }

  /** Others archive and restore as well: codex is asked anew when the group is opened again. */
  closed(): void {
    this.#archived.invalidate();
  }

  /** They are asked for again. */
  reset(): void {
    this.#problem = undefined;
  }

  async #page(): Promise<TreeNode[]> {
    const { threads, hasMore } = await this.#archived.page();
    const rows = threads.map((thread): TreeNode => ({ kind: 'archived', thread }));
    return hasMore ? [...rows, { kind: 'moreArchived' }] : rows;
  }
}
