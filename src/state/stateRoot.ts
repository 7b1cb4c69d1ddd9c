import { readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { cliLockTimes, type LockTimes } from './fileLock';
import { fileError, isMissing } from './fileErrors';
import { isWorkspaceKey, StateFolder, type Layout } from './stateFolder';
import { workspaceKeyOf, workspaceRootOf } from './workspaceKey';

/** `~/.codex-collab`: no environment variable but the home folder's own moves it. */
export function defaultRootPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = platform === 'win32' ? env.USERPROFILE : env.HOME;
  return join(home !== undefined && home !== '' ? home : userInfo().homedir, '.codex-collab');
}

/** The whole shared state on disk. The same folder is always the same object, so that its locks queue. */
export class StateRoot {
  readonly path: string;
  readonly global: StateFolder;
  /** `config.json` of the CLI. */
  readonly configFile: string;
  readonly workspacesDir: string;
  readonly #workspaces = new Map<string, StateFolder>();
  readonly #env: NodeJS.ProcessEnv;
  readonly #lockTimes: LockTimes;

  constructor(path: string, options: { env?: NodeJS.ProcessEnv; lockTimes?: LockTimes } = {}) {
    this.#env = options.env ?? process.env;
    this.#lockTimes = options.lockTimes ?? cliLockTimes;
    this.path = path;
    this.global = new StateFolder(path, '', this.#lockTimes);
    this.configFile = join(path, 'config.json');
    this.workspacesDir = join(path, 'workspaces');
  }

  /** The folder of a workspace, which need not exist. Throws on a key that cannot be one. */
  workspace(key: string): StateFolder {
    let folder = this.#workspaces.get(key);
    if (folder === undefined) {
      if (!isWorkspaceKey(key)) throw new Error(`Not a workspace key: ${JSON.stringify(key)}`);
      folder = new StateFolder(this.path, key, this.#lockTimes);
      this.#workspaces.set(key, folder);
    }
    return folder;
  }

  /** The folder of the workspace that `cwd` belongs to; asks git (see {@link workspaceRootOf}). */
  async workspaceOf(cwd: string): Promise<StateFolder> {
    return this.workspace(workspaceKeyOf(await workspaceRootOf(cwd, { env: this.#env })));
  }

  /** All workspace folders on disk, by key; none when there is no `workspaces/`. */
  async listWorkspaces(): Promise<StateFolder[]> {
    try {
      const items = await readdir(this.workspacesDir, { withFileTypes: true });
      const keys = items.filter((item) => item.isDirectory() && isWorkspaceKey(item.name));
      return keys.map((item) => this.workspace(item.name)).sort((a, b) => (a.key < b.key ? -1 : 1));
    } catch (error) {
      if (isMissing(error)) return [];
      throw fileError(error, 'read', this.workspacesDir);
    }
  }

  /**
   * Where the files of a new run in `cwd` belong. `auto` follows what is there: the workspace layout once the
   * CLI's `workspaces/` exists, else the global one, which generation B imports when it is first used.
   */
  async folderForNewRun(cwd: string, layout: 'auto' | Layout): Promise<StateFolder> {
    const chosen = await this.layoutForNewRun(layout);
    return chosen === 'global' ? this.global : await this.workspaceOf(cwd);
  }

  /** The part of {@link folderForNewRun} that needs no git. */
  async layoutForNewRun(layout: 'auto' | Layout): Promise<Layout> {
    if (layout !== 'auto') return layout;
    const found = await stat(this.workspacesDir).catch(() => undefined);
    return found?.isDirectory() === true ? 'workspace' : 'global';
  }
}
