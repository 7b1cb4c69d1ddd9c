import { mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateFolder } from '../../src/state/stateFolder';
import { removeFolder } from '../support/removeFolder';
import { EditorWindow } from './editorWindow';
import { Outside } from './outside';

/** A home folder without codex, in which windows and outside programs share the state of one workspace. */
export class ScratchShare {
  readonly home: string;
  readonly cwd: string;
  readonly outside: Outside;
  readonly #windows: EditorWindow[] = [];

  static async create(): Promise<ScratchShare> {
    const home = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
    const cwd = join(home, 'sample');
    await mkdir(cwd);
    return new ScratchShare(home, cwd);
  }

  private constructor(home: string, cwd: string) {
    this.home = home;
    this.cwd = cwd;
    this.outside = new Outside(cwd, { HOME: home });
  }

  get statePath(): string {
    return join(this.home, '.codex-collab');
  }

  async window(): Promise<EditorWindow> {
    const window = await EditorWindow.open(this.statePath);
    this.#windows.push(window);
    return window;
  }

  /** The state folder of a generation, as a window sees it. */
  async folder(window: EditorWindow, generation: 'A' | 'B'): Promise<StateFolder> {
    return await window.root.folderForNewRun(this.cwd, generation === 'A' ? 'global' : 'workspace');
  }

  async dispose(): Promise<void> {
    for (const window of this.#windows) await window.dispose();
    await this.outside.dispose();
    await removeFolder(this.home);
  }
}
