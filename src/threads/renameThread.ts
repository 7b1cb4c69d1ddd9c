import type { SharedState } from '../state/sharedState';
import { nameEntry } from '../state/entryName';
import type { UtilityServer } from './utilityServer';

/** Names threads, with codex and in the shared index. Codex allows it also while a turn runs elsewhere. */
export class ThreadRenamer {
  readonly #state: SharedState;
  readonly #server: UtilityServer;

  constructor(state: SharedState, server: UtilityServer) {
    this.#state = state;
    this.#server = server;
  }

  /** @throws when codex refuses: then nothing is changed; UserError when a file cannot be written. */
  async rename(threadId: string, name: string): Promise<void> {
    await this.#server.use((server) => server.request('thread/name/set', { threadId, name }));
    for (const { folder, shortId } of this.#state.threadsOnDisk(threadId)) {
      await nameEntry(folder, shortId, threadId, name);
    }
  }
}
