import { AppServerRequestError, isActiveWriter } from '../appServer/requestError';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Event } from '../base/event';
import { errorText, UserError } from '../base/userError';
import { archiveThread } from './archiveThread';
import { ArchivedListing } from './archivedListing';
import type { ArchivedPage, ArchivedThread } from './archivedListing';
import type { DeletedThreads } from './deletedThreads';
import type { ThreadEnterer } from './threadEnterer';
import type { UtilityServer } from './utilityServer';

export type { ArchivedPage, ArchivedThread } from './archivedListing';

/** The archived threads, asked for when somebody wants to see them and never polled. */
export class ArchivedThreads implements Disposable {
  readonly #server: UtilityServer;
  readonly #enterer: ThreadEnterer;
  readonly #deleted: DeletedThreads;
  readonly #isInScope: (thread: ArchivedThread) => boolean;
  readonly #didChange = new Emitter<void>();
  #listing: ArchivedListing;

  /** What was loaded no longer holds. */
  readonly onDidChange: Event<void> = this.#didChange.event;

  constructor(
    server: UtilityServer,
    enterer: ThreadEnterer,
    deleted: DeletedThreads,
    isInScope: (thread: ArchivedThread) => boolean,
  ) {
    this.#server = server;
    this.#enterer = enterer;
    this.#deleted = deleted;
    this.#isInScope = isInScope;
    this.#listing = new ArchivedListing(server, isInScope);
  }

  /** What has been loaded so far; loads the first page when nothing has. @throws when codex does not answer. */
  async page(): Promise<ArchivedPage> {
    return await this.#listing.page();
  }

  async loadMore(): Promise<void> {
    await this.#listing.loadMore();
    this.#didChange.fire();
  }

  /** Forgets what was loaded. */
  invalidate(): void {
    this.#listing = new ArchivedListing(this.#server, this.#isInScope);
    this.#didChange.fire();
  }

  /**
   * Takes a thread out of the archive and enters it again: as it was where it was deleted here, else as codex
   * tells of it. @throws UserError when codex refuses, or it cannot be entered: then it is archived as before.
   */
  async restore(thread: ArchivedThread): Promise<void> {
    await this.#ask('thread/unarchive', thread, 'restored');
    try {
      const known = await this.#deleted.find(thread.id);
      await (known === undefined ? this.#enterer.enterAgain(thread) : this.#enterer.enterAsItWas(known));
    } catch (error) {
      throw await this.#takenBack(thread, error);
    } finally {
      this.invalidate();
    }
    await this.#deleted.forget(thread.id);
  }

  /** Removes a thread for ever. @throws UserError when codex refuses: then everything is kept. */
  async deletePermanently(thread: ArchivedThread): Promise<void> {
    await this.#ask('thread/delete', thread, 'deleted');
    await this.#deleted.forget(thread.id);
    this.invalidate();
  }

  dispose(): void {
    this.#didChange.dispose();
  }

  async #ask(
    method: 'thread/unarchive' | 'thread/delete',
    { id, title }: ArchivedThread,
    done: string,
  ): Promise<void> {
    try {
      await this.#server.use((server) => server.request(method, { threadId: id }));
    } catch (error) {
      if (!(error instanceof AppServerRequestError)) throw error;
      // Somebody else may have restored or deleted it since it was listed.
      this.invalidate();
      const why = isActiveWriter(error) ? 'another program has it open' : error.message;
      throw new UserError(`“${title}” was not ${done}: Codex refused it (${why}).`, { cause: error });
    }
  }

  /** In no index and not archived it would be nowhere to be seen. */
  async #takenBack({ id, title }: ArchivedThread, cause: unknown): Promise<UserError> {
    const options = { cause, remedies: cause instanceof UserError ? cause.remedies : [] };
    const why = errorText(cause);
    try {
      await archiveThread(this.#server, id);
      return new UserError(`“${title}” was not restored, and stays archived: ${why}`, options);
    } catch (error) {
      const text = `“${title}” is no longer archived, but could not be put into the list: ${why} Archiving it again failed too (${errorText(error)}). “Import Threads from Codex...” finds it.`;
      return new UserError(text, options);
    }
  }
}
