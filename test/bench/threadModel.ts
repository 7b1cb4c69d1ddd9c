import { silentLog } from '../../src/base/log';
import { SharedState } from '../../src/state/sharedState';
import type { SharedStateOptions } from '../../src/state/sharedState';
import { StateRoot } from '../../src/state/stateRoot';
import { LiveRuns } from '../../src/threads/liveRuns';
import { ScopedThreads } from '../../src/threads/scopedThreads';
import type { Thread } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { ThreadSync } from '../../src/threads/threadSync';
import { ThreadSections, WHOLE } from '../../src/views/threadSections';

/** As many rows as a group shows at first. */
const pageSize = 50;

/** The model of all threads wired as the extension does it, up to where the editor begins. */
export class ThreadModel {
  readonly store = new ThreadStore();
  readonly threads = new ScopedThreads(this.store);
  readonly state: SharedState;
  readonly #runs = new LiveRuns();
  readonly #sections = new ThreadSections();
  readonly #sync: ThreadSync;

  constructor(rootPath: string, options: Partial<SharedStateOptions> = {}) {
    this.state = new SharedState({ root: new StateRoot(rootPath), log: silentLog, ...options });
    this.#sync = new ThreadSync(this.state, this.#runs, this.store);
    this.threads.setScope(undefined);
    this.#sections.reset(this.threads.all(), false);
    this.threads.onDidChange((changes) => {
      for (const { before, after } of changes) {
        if (before !== undefined) this.#sections.remove(before);
        if (after !== undefined) this.#sections.add(after);
      }
    });
  }

  /** What the tree asks for first: the groups, and the rows of each. */
  firstRows(): Thread[] {
    const get = (id: string): Thread | undefined => this.threads.get(id);
    return this.#sections
      .groups(WHOLE)
      .flatMap(({ section, group }) => this.#sections.newest(section, group, pageSize, get));
  }

  async dispose(): Promise<void> {
    this.#sync.dispose();
    await this.state.dispose();
    this.threads.dispose();
    this.#runs.dispose();
    this.store.dispose();
  }
}
