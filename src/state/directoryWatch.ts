import type { FSWatcher } from 'chokidar';

/** What a {@link DirectoryWatch} tells, and to whom. */
export interface DirectoryWatchOptions {
  /** Absolute path of an existing directory. */
  readonly path: string;
  readonly usePolling: boolean;
  /**
   * Something happened to `name` in the directory, or to the directory itself (then `name` is its own name).
   * `name` is undefined when the system did not say. `isRename`: it may have appeared, gone or been replaced.
   */
  onEvent(name: string | undefined, isRename: boolean): void;
  /** The watch does not work (any more): no watches left, no access… */
  onError(error: unknown): void;
}

/** Opens a watch on one directory; resolves when nothing that happens from now on is missed. */
export type OpenDirectoryWatch = (options: DirectoryWatchOptions) => Promise<DirectoryWatch>;

/** A running watch on one directory. */
export interface DirectoryWatch {
  close(): Promise<void>;
}

/** How often a directory is looked at where the system has no change events (ms). */
const pollingInterval = 1000;

/**
 * One chokidar watcher on one directory, not below it. One each, so that a directory which was deleted and
 * made again can be watched anew without touching the others: chokidar itself loses those.
 *
 * Only its raw events are used. The cooked `change` event drops what follows within 50 ms (the CLI writes its
 * index twice within 15 ms), `unlink` comes 100 ms late, and both need a system watch for every single file.
 * For them chokidar also lists the directory after each event and looks at every file in it, 15 ms of work for
 * a thousand: the listing is taken from it.
 */
export const openDirectoryWatch: OpenDirectoryWatch = async (options) => {
  const { FSWatcher: Watcher } = await import('chokidar');
  const watcher = new Watcher({
    ignored: (path) => path !== forwardSlashes(options.path),
    depth: 0,
    ignoreInitial: true,
    atomic: false,
    usePolling: options.usePolling,
    interval: pollingInterval,
    // `false` would leave errors of the system's watcher without a listener, which ends the process.
    persistent: true,
  });
  watcher._nodeFsHandler._handleRead = () => undefined;
  watcher.on('error', (error) => options.onError(error));
  watcher.on('raw', (event, name) => {
    // Polling names the directory itself and says nothing of its files.
    options.onEvent(options.usePolling || name === '' ? undefined : name, event !== 'change');
  });
  watcher.add(options.path);
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
    watcher.once('error', () => resolve()); // then it may never be ready
  });
  return { close: () => close(watcher) };
};

function forwardSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

async function close(watcher: FSWatcher): Promise<void> {
  // Errors of a directory that is going away are of no interest, but must have a listener.
  const closed = watcher.close();
  watcher.on('error', () => undefined);
  await closed;
}
