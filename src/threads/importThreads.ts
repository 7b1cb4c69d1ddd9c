import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ThreadListParams } from '../appServer/protocol/v2/ThreadListParams';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import type { SharedState } from '../state/sharedState';
import type { StateFolder } from '../state/stateFolder';
import { listThreads } from './listedThread';
import type { ListedThread } from './listedThread';
import type { ThreadEnterer } from './threadEnterer';
import type { UtilityServer } from './utilityServer';
import { isWithin } from './workspaceScope';

/** What an import came to. */
export interface ImportOutcome {
  /** The ids of those that are in the list now. */
  readonly imported: readonly string[];
  /** Names the others, and says what kept them out. */
  readonly failure: UserError | undefined;
}

/** Why some threads could not be entered. */
interface Failure {
  readonly threads: readonly ListedThread[];
  readonly error: unknown;
}

/** Enters threads that others have made with codex, in its terminal for instance, so that they are listed. */
export class ThreadImporter {
  readonly #server: UtilityServer;
  readonly #enterer: ThreadEnterer;
  readonly #state: SharedState;
  readonly #log: Log;

  constructor(server: UtilityServer, enterer: ThreadEnterer, state: SharedState, log: Log) {
    this.#server = server;
    this.#enterer = enterer;
    this.#state = state;
    this.#log = log;
  }

  /**
   * The threads that no index knows: those that work in one of these folders, then those that work below them; in
   * any folder when there are none. Of each the one that changed last comes first. A page may be empty.
   * @throws when codex does not answer, UserError when it cannot be started
   */
  async *list(folders: readonly string[]): AsyncGenerator<readonly ListedThread[], void, undefined> {
    const roots = await spellingsOf(folders);
    if (roots.length === 0) return yield* this.#pages({});
    const listed = new Set<string>();
    for await (const page of this.#pages({ cwd: roots })) {
      for (const { id } of page) listed.add(id);
      yield page;
    }
    // Codex finds the threads of a folder, but not those of the folders in it.
    const isBelow = ({ id, cwd = '' }: ListedThread): boolean =>
      !listed.has(id) && isAbsolute(cwd) && roots.some((root) => isWithin(cwd, root));
    for await (const page of this.#pages({})) yield page.filter(isBelow);
  }

  async *#pages(
    filter: Pick<ThreadListParams, 'cwd'>,
  ): AsyncGenerator<readonly ListedThread[], void, undefined> {
    const common = { archived: false, sortKey: 'updated_at', ...filter } as const;
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await listThreads(this.#server, { ...common, cursor: cursor ?? null });
      const unseen = page.threads.filter(({ id }) => !seen.has(id));
      for (const { id } of unseen) seen.add(id);
      yield unseen.filter(({ id }) => !this.#enterer.isKnown(id));
      // A server that repeats itself would do so for ever.
      cursor = unseen.length > 0 ? page.nextCursor : undefined;
    } while (cursor !== undefined);
  }

  /** Enters these threads. Those that somebody has entered meanwhile stay as they are. */
  async import(threads: readonly ListedThread[]): Promise<ImportOutcome> {
    const { byFolder, failures } = await this.#placesFor(
      threads.filter(({ id }) => !this.#enterer.isKnown(id)),
    );
    for (const [folder, members] of byFolder) {
      try {
        await this.#enterer.enter(folder, members);
      } catch (error) {
        failures.push({ threads: members, error });
      }
    }
    await this.#state.refresh();
    const failed = new Set(failures.flatMap((failure) => failure.threads));
    const imported = threads.filter((thread) => !failed.has(thread)).map(({ id }) => id);
    return { imported, failure: this.#asOneError(failures) };
  }

  async #placesFor(
    threads: readonly ListedThread[],
  ): Promise<{ byFolder: Map<StateFolder, ListedThread[]>; failures: Failure[] }> {
    const byFolder = new Map<StateFolder, ListedThread[]>();
    const failures: Failure[] = [];
    for (const cwd of new Set(threads.map((thread) => thread.cwd))) {
      const members = threads.filter((thread) => thread.cwd === cwd);
      try {
        const folder = await this.#enterer.folderFor(cwd);
        byFolder.set(folder, [...(byFolder.get(folder) ?? []), ...members]);
      } catch (error) {
        failures.push({ threads: members, error });
      }
    }
    return { byFolder, failures };
  }

  #asOneError(failures: readonly Failure[]): UserError | undefined {
    const [first] = failures;
    if (first === undefined) return undefined;
    for (const { threads, error } of failures) {
      this.#log.warn(`Not imported: ${threads.map(({ id }) => id).join(', ')} (${errorText(error)})`);
    }
    const titles = failures.flatMap(({ threads }) => threads.map(({ title }) => title));
    const verb = titles.length === 1 ? 'was' : 'were';
    const remedies = first.error instanceof UserError ? first.error.remedies : [];
    return new UserError(`${inWords(titles)} ${verb} not imported: ${errorText(first.error)}`, { remedies });
  }
}

/** Codex may have noted a folder as it was opened, or without its symbolic links. */
async function spellingsOf(folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return [...new Set([...folders, ...real])];
}

/** "“Fix the tests”, “Tidy up” and 3 more" */
function inWords(titles: readonly string[]): string {
  const named = titles.slice(0, titles.length > 3 ? 2 : 3).map((title) => `“${title}”`);
  const last = titles.length > named.length ? `${titles.length - named.length} more` : named.pop();
  return named.length === 0 ? String(last) : `${named.join(', ')} and ${last}`;
}
