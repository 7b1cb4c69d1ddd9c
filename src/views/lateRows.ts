import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable } from '../base/disposable';
import { errorText } from '../base/userError';
import type { HistoryNode, TreeNode } from './treeNodes';

/** How long (ms) rows are waited for before another one stands for them. */
const MOMENT_MS = 300;

/** The row below which something takes its time. */
export interface RowPlace {
  readonly node: TreeNode;
  readonly threadId: string;
  /** Different for each row of a thread that has rows below it. */
  readonly place: string;
}

/**
 * Rows below a thread that have to be asked for. VS Code draws nothing of a view while it waits for rows of it:
 * after a moment a row stands for them, until they have come.
 */
export class LateRows implements Disposable {
  readonly #redraw: (nodes: TreeNode[]) => void;
  /** What came after its place had been drawn without it, by place. */
  readonly #come = new Map<string, () => HistoryNode[]>();
  #isClosed = false;

  constructor(redraw: (nodes: TreeNode[]) => void) {
    this.#redraw = redraw;
  }

  /** The rows that `work` makes possible, or one that says what went wrong; none once nobody wants them. */
  async rows<T>(
    { node, threadId, place }: RowPlace,
    work: () => Promise<T>,
    make: (result: T) => HistoryNode[],
  ): Promise<HistoryNode[]> {
    const come = this.#come.get(place);
    // What failed slowly is not begun again for the sake of saying so.
    if (come !== undefined && this.#come.delete(place)) return come();
    const done = work().then(
      (result) => () => make(result),
      (error: unknown) => () => [noteRow(threadId, place, errorText(error))],
    );
    const ready = await Promise.race([done, delay(MOMENT_MS)]);
    if (this.#isClosed) return [];
    if (ready !== undefined) return ready();
    void done.then((made) => {
      if (this.#isClosed) return;
      this.#come.set(place, made);
      this.#redraw([node]);
    });
    return [{ kind: 'noTurns', threadId, place, text: 'Loading…', isLoading: true }];
  }

  dispose(): void {
    this.#isClosed = true;
  }
}

/** A row that says why there are no others. */
export function noteRow(threadId: string, place: string, text: string): HistoryNode {
  return { kind: 'noTurns', threadId, place, text, isLoading: false };
}
