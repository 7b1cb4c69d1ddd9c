import { realpath } from 'node:fs/promises';
import { relative, isAbsolute, sep } from 'node:path';
import type { StateRoot } from '../state/stateRoot';
import type { Thread } from './thread';

/** Which threads belong to the folders that a window has open. */
export class WorkspaceScope {
  readonly #roots: readonly string[];
  readonly #keys: ReadonlySet<string>;

  /**
   * Asks the file system, and git where the folders are trusted, where each folder's workspace begins: the CLI
   * enters the threads of a repository under its top, whichever of its folders is open.
   */
  static async of(folders: readonly string[], root: StateRoot, isTrusted: boolean): Promise<WorkspaceScope> {
    const workspaces = isTrusted ? await Promise.all(folders.map((folder) => root.workspaceOf(folder))) : [];
    const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
    return new WorkspaceScope([...folders, ...real], new Set(workspaces.map(({ key }) => key)));
  }

  private constructor(roots: readonly string[], keys: ReadonlySet<string>) {
    this.#roots = roots;
    this.#keys = keys;
  }

  has(thread: Thread): boolean {
    return thread.workspaceKeys.some((key) => this.#keys.has(key)) || this.hasFolder(thread.cwd);
  }

  /** True for one of the folders, and for what lies below. */
  hasFolder(cwd: string | undefined): boolean {
    return cwd !== undefined && this.#roots.some((root) => isWithin(cwd, root));
  }
}

/** True for `root` itself, and for what lies below it. */
export function isWithin(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
