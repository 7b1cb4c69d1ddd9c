import { UserError } from '../base/userError';
import type { SharedState } from '../state/sharedState';
import type { PreparedThread } from './preparedThread';
import { preferredPlace } from './reconcile';
import type { TaskRunner } from './taskRunner';
import type { Thread } from './thread';
import type { TurnRun } from './turnRun';

/** Goes on with threads that there are: same thread, same short id, a new run. */
export class ThreadResumer {
  readonly #tasks: TaskRunner;
  readonly #state: SharedState;

  constructor(tasks: TaskRunner, state: SharedState) {
    this.#tasks = tasks;
    this.#state = state;
  }

  /** Loads the thread in a server of its own in the background. @throws UserError when it cannot be tried. */
  async prepare(thread: Thread): Promise<PreparedThread> {
    const place = preferredPlace(this.#state.threadsOnDisk(thread.id));
    if (place === undefined) throw new UserError(`“${thread.title}” is gone: somebody has deleted it.`);
    const { folder, shortId } = place;
    return await this.#tasks.prepareResume(thread.id, cwdOf(thread), { folder, shortId });
  }

  /** Runs the next turn. @throws `ThreadInUse` when somebody else has the thread open, UserError */
  async start(prepared: PreparedThread, prompt: string): Promise<TurnRun> {
    return await this.#tasks.start(prepared, prompt);
  }
}

function cwdOf(thread: Thread): string {
  if (thread.cwd !== undefined) return thread.cwd;
  throw new UserError(
    `Nobody has noted in which folder “${thread.title}” works, so it cannot be resumed here.`,
  );
}
