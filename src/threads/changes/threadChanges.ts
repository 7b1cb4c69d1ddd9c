import { inBatches } from '../../state/inBatches';
import type { ThreadHistories, ThreadHistory } from '../history/threadHistory';
import type { Turn } from '../history/turn';
import { changesOfThread } from './changedFiles';
import type { ChangedFile } from './changedFiles';
import { trackFiles } from './fileTrack';

/** The turns of a thread, with everything that is needed to tell what some of them changed. */
export interface LoadedTurns {
  /** Oldest first: all there are, or the one that was asked for and the later ones. */
  readonly turns: readonly Turn[];
  /** From 1; undefined for a turn that is not there, and while older ones are not known. */
  readonly numberOf: (turnId: string) => number | undefined;
}

/** What is noted of a thread's changes elsewhere than with codex. */
export type RecordedTurns = (threadId: string) => Promise<readonly Turn[]>;

/** Tells what threads changed, from their history; reads it anew each time. */
export class ThreadChanges {
  readonly #histories: ThreadHistories;
  readonly #recorded: RecordedTurns;

  constructor(histories: ThreadHistories, recorded: RecordedTurns) {
    this.#histories = histories;
    this.#recorded = recorded;
  }

  /**
   * Loads a thread's turns: with the items of all of them, or of `fromTurnId` and later ones. Where codex knows
   * of no change, what the runs noted themselves stands for it. @throws UserError when they cannot be read.
   */
  async load(threadId: string, fromTurnId?: string): Promise<LoadedTurns> {
    const history = this.#histories.open(threadId);
    try {
      await loadTurns(history, fromTurnId);
      await loadItems(history, fromTurnId);
      const turns = history.turns();
      const isEnough = turns.some(({ id }) => id === fromTurnId) || trackFiles(turns).length > 0;
      if (isEnough) return loadedTurns(turns, !history.hasOlderTurns);
      return loadedTurns(await this.#recorded(threadId));
    } catch (error) {
      const recorded = await this.#recorded(threadId);
      if (trackFiles(recorded).length === 0) throw error;
      return loadedTurns(recorded);
    } finally {
      history.dispose();
    }
  }

  /** The files that a thread changed, all turns together, by path. @throws UserError as {@link load} does. */
  async filesOf(threadId: string): Promise<readonly ChangedFile[]> {
    return changesOfThread((await this.load(threadId)).turns);
  }
}

/** `isWhole`: false while there are older ones, so that nobody knows their numbers. */
function loadedTurns(turns: readonly Turn[], isWhole = true): LoadedTurns {
  return {
    turns,
    numberOf: (turnId) => {
      const index = turns.findIndex(({ id }) => id === turnId);
      return index === -1 || !isWhole ? undefined : index + 1;
    },
  };
}

/** All turns, or no more than what is needed to have `fromTurnId` among them. */
async function loadTurns(history: ThreadHistory, fromTurnId: string | undefined): Promise<void> {
  await history.load();
  while (history.hasOlderTurns && !history.turns().some(({ id }) => id === fromTurnId)) {
    const before = history.turns().length;
    await history.loadOlder();
    if (history.turns().length === before) return; // a server that promises more than it has
  }
}

async function loadItems(history: ThreadHistory, fromTurnId: string | undefined): Promise<void> {
  const turns = history.turns();
  const from = fromTurnId === undefined ? 0 : turns.findIndex(({ id }) => id === fromTurnId);
  const missing = turns.slice(Math.max(0, from)).filter(({ hasAllItems }) => !hasAllItems);
  await inBatches(missing, ({ id }) => history.loadItems(id));
}
