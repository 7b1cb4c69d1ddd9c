import { silentLog } from '../../src/base/log';
import { SharedState } from '../../src/state/sharedState';
import { StateRoot } from '../../src/state/stateRoot';
import { LiveRuns } from '../../src/threads/liveRuns';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadSync } from '../../src/threads/threadSync';
import { eventually } from '../support/eventually';

/** What one window knows of the threads, wired as the extension does it; it runs nothing. */
export class EditorWindow {
  readonly root: StateRoot;
  readonly store = new ThreadStore();
  readonly state: SharedState;
  readonly #runs = new LiveRuns();
  readonly #sync: ThreadSync;

  static async open(rootPath: string): Promise<EditorWindow> {
    const window = new EditorWindow(rootPath);
    await window.state.start();
    return window;
  }

  private constructor(rootPath: string) {
    this.root = new StateRoot(rootPath);
    this.state = new SharedState({ root: this.root, log: silentLog });
    this.#sync = new ThreadSync(this.state, this.#runs, this.store);
  }

  async dispose(): Promise<void> {
    this.#sync.dispose();
    this.#runs.dispose();
    await this.state.dispose();
  }
}

/** A row in words: its status and who runs it (`running, cli`), or `no row`. */
export function rowText(thread: Thread | undefined): string {
  return thread === undefined ? 'no row' : `${thread.status}, ${thread.owner}`;
}

/** Waits until the row of a thread says this (see {@link rowText}). */
export async function rowBecomes(store: ThreadStore, threadId: string, wanted: string): Promise<void> {
  await eventually(
    () => rowText(store.get(threadId)),
    (text) => {
      if (text !== wanted) throw new Error(`The row says "${text}", not "${wanted}".`);
    },
  );
}

/** Every state that the row of a thread goes through from now on, in words, without repetitions. */
export function statesOfRow(store: ThreadStore, threadId: string): string[] {
  const seen = [rowText(store.get(threadId))];
  store.onDidChange((changes) => {
    for (const { id, after } of changes) {
      if (id === threadId && rowText(after) !== seen.at(-1)) seen.push(rowText(after));
    }
  });
  return seen;
}
