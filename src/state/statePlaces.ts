import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMissing } from './fileErrors';
import { isSafeId } from './ids';
import { isWorkspaceKey, type StateFolder } from './stateFolder';
import type { StateRoot } from './stateRoot';

/** The kinds of shared files that are watched. Logs are not: who shows one follows that one. */
export type StatePart = 'index' | 'pids' | 'killSignals' | 'runs' | 'approvals';

/** What may have to be read again. A hint, not a promise that anything did change. */
export type StateChange =
  /** Workspace folders may have come or gone. */
  | { readonly kind: 'folders' }
  /** Anything in this folder may have changed. */
  | { readonly kind: 'folder'; readonly folder: StateFolder }
  /** One part of a folder; `id` names its file (short id, thread id, run id), undefined means any of them. */
  | {
      readonly kind: 'part';
      readonly folder: StateFolder;
      readonly part: StatePart;
      readonly id: string | undefined;
    };

/** A directory that is worth a watch, and what an event in it means. It need not exist. */
export interface StatePlace {
  readonly path: string;
  /** What to read again when anything in the directory may have changed. */
  readonly whole: StateChange;
  /** What to read again after an event about `name`; undefined when it is of no interest. */
  changeOf(name: string): StateChange | undefined;
  /** The place `name` in this one, if that is one. */
  child(name: string): StatePlace | undefined;
  /** All places directly in this one. Never throws: what cannot be listed has none. */
  children(): Promise<readonly StatePlace[]>;
}

/** `~/.codex-collab` itself, which is also the global state folder. */
export function rootPlace(root: StateRoot): StatePlace {
  const own = folderPlace(root.global);
  const workspaces = workspacesPlace(root);
  return {
    ...own,
    child: (name) => (name === basename(workspaces.path) ? workspaces : own.child(name)),
    children: async () => [workspaces, ...(await own.children())],
  };
}

/** All folders of shared state that exist: the global one and those in `workspaces/`, links to folders too. */
export async function listStateFolders(root: StateRoot): Promise<StateFolder[]> {
  return [root.global, ...(await listWorkspaceFolders(root))];
}

function workspacesPlace(root: StateRoot): StatePlace {
  const whole: StateChange = { kind: 'folders' };
  return {
    path: root.workspacesDir,
    whole,
    changeOf: (name) => (isWorkspaceKey(name) ? whole : undefined),
    child: (name) => (isWorkspaceKey(name) ? folderPlace(root.workspace(name)) : undefined),
    children: async () => (await listWorkspaceFolders(root).catch(() => [])).map(folderPlace),
  };
}

/** Throws when `workspaces/` is there and cannot be listed. */
async function listWorkspaceFolders(root: StateRoot): Promise<StateFolder[]> {
  try {
    const items = await readdir(root.workspacesDir, { withFileTypes: true });
    return items
      .filter((item) => !item.isFile() && isWorkspaceKey(item.name))
      .map((item) => root.workspace(item.name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function folderPlace(folder: StateFolder): StatePlace {
  const parts = [
    partPlace(folder, 'pids', folder.pidsDir),
    partPlace(folder, 'killSignals', folder.killSignalsDir),
    partPlace(folder, 'approvals', folder.approvalsDir),
    ...(folder.runsDir === undefined ? [] : [partPlace(folder, 'runs', folder.runsDir)]),
  ];
  const index: StateChange = { kind: 'part', folder, part: 'index', id: undefined };
  return {
    path: folder.path,
    whole: { kind: 'folder', folder },
    changeOf: (name) => (join(folder.path, name) === folder.indexFile ? index : undefined),
    child: (name) => parts.find((part) => basename(part.path) === name),
    children: () => Promise.resolve(parts),
  };
}

function partPlace(folder: StateFolder, part: StatePart, path: string): StatePlace {
  return {
    path,
    whole: { kind: 'part', folder, part, id: undefined },
    changeOf: (name) => {
      // Run records and approvals have an extension; the temporary files and locks of writers another one.
      const id = name.replace(/\.(json|decision)$/, '');
      return isSafeId(id) ? { kind: 'part', folder, part, id } : undefined;
    },
    child: () => undefined,
    children: () => Promise.resolve([]),
  };
}
