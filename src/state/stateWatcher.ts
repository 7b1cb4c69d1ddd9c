import { stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import { Coalescer } from '../base/coalescer';
import { Emitter, type Event } from '../base/event';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { DirectoryWatch, OpenDirectoryWatch } from './directoryWatch';
import { inBatches } from './inBatches';
import { rootPlace, type StateChange, type StatePlace } from './statePlaces';
import type { StateRoot } from './stateRoot';

export interface StateWatcherOptions {
  readonly root: StateRoot;
  readonly log: Log;
  readonly usePolling: boolean;
  readonly openWatch: OpenDirectoryWatch;
}

/** How changes are heard of. */
export interface Watching {
  readonly usePolling: boolean;
  /** How many folders the system would not watch: what changes in them is found every few seconds. */
  readonly refused: number;
}

interface Watched {
  readonly place: StatePlace;
  readonly identity: string;
  watch: DirectoryWatch | undefined;
  /** False when the system refused the watch or ended it: {@link StateWatcher.verify} then stands in. */
  isWorking: boolean;
}

/**
 * Tells which shared files may have changed, within milliseconds. Watches the folders that exist, notices
 * those that come, go, come back or are replaced, and needs no folder to exist, not even the root.
 * What the system does not report, `verify` finds; call it now and then.
 */
export class StateWatcher {
  readonly #root: StatePlace;
  readonly #log: Log;
  readonly #usePolling: boolean;
  readonly #openWatch: OpenDirectoryWatch;
  readonly #watched = new Map<string, Watched>();
  /** Places to look at, by path. True: what stands there now is taken for another directory than before. */
  readonly #asked = new Map<string, { place: StatePlace; isReplaced: boolean }>();
  readonly #checks = new Coalescer(() => this.#runChecks());
  readonly #changes = new Emitter<StateChange>();
  /** Only while there is no root: its parent is usually the home folder, where much goes on. */
  #parentWatch: DirectoryWatch | undefined;
  #hasWarned = false;
  #isDisposed = false;

  readonly onDidChange: Event<StateChange> = this.#changes.event;

  constructor(options: StateWatcherOptions) {
    this.#root = rootPlace(options.root);
    this.#log = options.log;
    this.#usePolling = options.usePolling;
    this.#openWatch = options.openWatch;
  }

  get watching(): Watching {
    const refused = [...this.#watched.values()].filter(({ isWorking }) => !isWorking);
    return { usePolling: this.#usePolling, refused: refused.length };
  }

  /** Begins to watch. Each place fires as changed once it is watched, for what happened until then. */
  async start(): Promise<void> {
    await this.verify();
  }

  /**
   * Looks whether the watched folders are still the ones that stand there, and fires for those that cannot
   * be watched. `busy` are paths of folders whose parts are to be looked at too, `quiet` those of the others
   * that it is about: all of them when not said. The root is always looked at, and what cannot be watched.
   */
  async verify(busy: ReadonlySet<string> = new Set(), quiet?: ReadonlySet<string>): Promise<void> {
    this.#ask(this.#root, false);
    for (const { place, isWorking } of [...this.#watched.values()]) {
      if (!isWorking) this.#changes.fire(place.whole);
      const isPart = place.whole.kind === 'part';
      const isBusy = busy.has(isPart ? dirname(place.path) : place.path);
      const isMeant = isBusy || (!isPart && (quiet?.has(place.path) ?? true));
      if (isMeant || !isWorking) this.#ask(place, false);
      if (isPart || !isMeant) continue;
      for (const child of await place.children()) {
        if (!this.#watched.has(child.path)) this.#ask(child, false);
      }
    }
    await this.#checks.run();
  }

  /** Ends all watches; resolves when none is left. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#changes.dispose();
    this.#asked.clear();
    await this.#checks.run();
    await this.#parentWatch?.close();
    this.#parentWatch = undefined;
    await this.#drop(this.#root);
  }

  #ask(place: StatePlace, isReplaced: boolean): void {
    const asked = this.#asked.get(place.path);
    this.#asked.set(place.path, { place, isReplaced: isReplaced || asked?.isReplaced === true });
  }

  #askNow(place: StatePlace, isReplaced: boolean): void {
    if (this.#isDisposed) return;
    this.#ask(place, isReplaced);
    this.#checks.run().catch((error: unknown) => {
      this.#log.error(`Watching ${place.path}: ${errorText(error)}`);
    });
  }

  /** One place after the other, the upper ones first: two at once could watch one directory twice. */
  async #runChecks(): Promise<void> {
    const asked = [...this.#asked.values()].sort((a, b) => a.place.path.length - b.place.path.length);
    this.#asked.clear();
    for (const { place, isReplaced } of asked) await this.#check(place, isReplaced);
  }

  async #check(place: StatePlace, isReplaced: boolean): Promise<void> {
    if (this.#isDisposed) return;
    const identity = await identityOf(place.path);
    const known = this.#watched.get(place.path);
    if (known?.identity !== identity || (isReplaced && identity !== undefined)) {
      if (known !== undefined) await this.#drop(place);
      if (identity !== undefined) await this.#watch(place, identity);
    }
    if (place.path === this.#root.path) await this.#watchParent(identity === undefined);
  }

  async #watch(place: StatePlace, identity: string): Promise<void> {
    const watched: Watched = { place, identity, watch: undefined, isWorking: true };
    this.#watched.set(place.path, watched);
    watched.watch = await this.#openWatch({
      path: place.path,
      usePolling: this.#usePolling,
      onEvent: (name, isRename) => this.#onEvent(place, name, isRename),
      onError: (error) => this.#onError(watched, error),
    });
    if ((await identityOf(place.path)) !== identity) this.#askNow(place, true);
    this.#changes.fire(place.whole);
    await inBatches(await place.children(), (child) => this.#check(child, true));
  }

  /** Ends the watches on a place and on everything below it. */
  async #drop(place: StatePlace): Promise<void> {
    const below = place.path + sep;
    for (const [path, watched] of [...this.#watched]) {
      if (path !== place.path && !path.startsWith(below)) continue;
      this.#watched.delete(path);
      await watched.watch?.close();
      this.#changes.fire(watched.place.whole);
    }
  }

  async #watchParent(isRootMissing: boolean): Promise<void> {
    if (!isRootMissing) {
      await this.#parentWatch?.close();
      this.#parentWatch = undefined;
      return;
    }
    const path = dirname(this.#root.path);
    if (this.#parentWatch !== undefined || (await identityOf(path)) === undefined) return;
    const name = basename(this.#root.path);
    this.#parentWatch = await this.#openWatch({
      path,
      usePolling: this.#usePolling,
      onEvent: (changed) => {
        if (changed === undefined || changed === name) this.#askNow(this.#root, false);
      },
      onError: (error) => this.#log.debug(`Watching ${path}: ${errorText(error)}`),
    });
    this.#askNow(this.#root, false);
  }

  #onEvent(place: StatePlace, name: string | undefined, isRename: boolean): void {
    if (name === undefined) {
      this.#changes.fire(place.whole);
      this.verify(new Set([place.path])).catch((error: unknown) => this.#log.error(errorText(error)));
      return;
    }
    const change = place.changeOf(name);
    if (change !== undefined) this.#changes.fire(change);
    const child = place.child(name);
    if (child !== undefined) this.#askNow(child, isRename);
    // The directory itself went, or changed its mode; a file of the same name is not worth telling apart.
    if (name === basename(place.path)) this.#askNow(place, isRename);
  }

  #onError(watched: Watched, error: unknown): void {
    watched.isWorking = false;
    const message = `Changes in ${watched.place.path} are found every few seconds only: ${errorText(error)}`;
    if (this.#hasWarned) this.#log.debug(message);
    else this.#log.warn(message);
    this.#hasWarned = true;
  }
}

/** Tells one directory from another that took its place; undefined when there is none. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isDirectory() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined; // gone, or as good as gone: what reads it says why
  }
}
