import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StateRoot } from '../../src/state/stateRoot';
import type { StateFolder } from '../../src/state/stateFolder';
import { createTemporaryFolder } from '../support/temporaryFolder';

/** How many threads the global index holds, for results named `name/size`. */
export const indexSizes = [1, 10, 100, 1000, 10_000] as const;

/** What a shared folder holds before a benchmark begins. */
export interface StateContent {
  /** In the global index. */
  readonly threads: number;
  readonly workspaces?: number;
  /** In the index of each workspace. */
  readonly threadsOfEach?: number;
}

/** A shared folder of its own, with threads as the CLI writes them. */
export class ScratchState {
  readonly root: StateRoot;
  readonly #remove: () => Promise<void>;

  static async create(content: StateContent): Promise<ScratchState> {
    const folder = await createTemporaryFolder('codex-collab-bench-');
    const state = new ScratchState(join(folder.path, '.codex-collab'), () => folder.remove());
    await fillState(state.root, content);
    return state;
  }

  private constructor(path: string, remove: () => Promise<void>) {
    this.root = new StateRoot(path);
    this.#remove = remove;
  }

  async dispose(): Promise<void> {
    await this.#remove();
  }
}

/** As much as a person may have who has that many threads in the global index. */
export function contentFor(threads: number): StateContent {
  return { threads, workspaces: Math.ceil(threads / 100), threadsOfEach: Math.min(threads, 50) };
}

export function shortIdOf(n: number): string {
  return n.toString(16).padStart(8, '0');
}

/** The id of thread `n` of the global index, or of that of a workspace (from 1). */
export function threadIdOf(n: number, workspace = 0): string {
  return `01a202fc-15c7-7880-${workspace.toString(16).padStart(4, '0')}-${n.toString(16).padStart(12, '0')}`;
}

export async function fillState(root: StateRoot, content: StateContent): Promise<void> {
  const { threads, workspaces = 0, threadsOfEach = 0 } = content;
  await fillFolder(root.global, 0, threads);
  for (let n = 1; n <= workspaces; n++) {
    const folder = root.workspace(`project-${n}-${n.toString(16).padStart(16, '0')}`);
    await fillFolder(folder, n, threadsOfEach);
  }
}

async function fillFolder(folder: StateFolder, workspace: number, threads: number): Promise<void> {
  const entries = Array.from({ length: threads }, (_, n) => [shortIdOf(n), entry(n, workspace)]);
  await folder.ensure();
  await mkdir(dirname(folder.indexFile), { recursive: true });
  await writeFile(folder.indexFile, JSON.stringify(Object.fromEntries(entries), null, 2), { mode: 0o600 });
}

function entry(n: number, workspace: number): object {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + n * 60_000);
  return {
    threadId: threadIdOf(n, workspace),
    createdAt: createdAt.toISOString(),
    cwd: `/home/somebody/work/project-${workspace === 0 ? n % 20 : workspace}`,
    model: 'gpt-5.1-codex',
    lastStatus: (['completed', 'completed', 'failed', 'interrupted'] as const)[n % 4],
    preview: `Task ${n}: find out why the nightly build of the documentation fails, and repair it (part ${n % 7})`,
    updatedAt: new Date(createdAt.getTime() + 45_000).toISOString(),
  };
}
