import { readBroker } from '../state/broker';
import type { Broker } from '../state/broker';
import type { SharedState } from '../state/sharedState';
import { releaseBroker } from './brokerRelease';
import type { ThreadStore } from './threadStore';

/** Who has a thread open, as far as that can be told. */
export type ThreadHolder =
  | {
      readonly kind: 'running';
      readonly owner: 'thisWindow' | 'anotherWindow' | 'cli';
      readonly pid: number | undefined;
    }
  /** A live broker of the CLI in the thread's folder, which keeps threads for a while. Nobody says whether this one. */
  | { readonly kind: 'broker'; readonly broker: Broker }
  | { readonly kind: 'unknown' };

/** Looks for who has a thread open, and asks the CLI's broker to let go of it. */
export class ThreadHolders {
  readonly #store: ThreadStore;
  readonly #state: SharedState;

  constructor(store: ThreadStore, state: SharedState) {
    this.#store = store;
    this.#state = state;
  }

  async find(threadId: string): Promise<ThreadHolder> {
    const thread = this.#store.get(threadId);
    if (thread !== undefined && thread.owner !== 'nobody') {
      return { kind: 'running', owner: thread.owner, pid: thread.ownerPid };
    }
    for (const { folder } of this.#state.threadsOnDisk(threadId)) {
      const broker = await readBroker(folder);
      if (broker !== undefined) return { kind: 'broker', broker };
    }
    return { kind: 'unknown' };
  }

  /** Only with the person's consent: it ends the broker, when that is idle. Rejects when it does not answer. */
  async release(broker: Broker): Promise<'released' | 'busy'> {
    return await releaseBroker(broker);
  }
}
