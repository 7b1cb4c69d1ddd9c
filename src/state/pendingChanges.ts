import type { FolderChanges } from './folderReader';
import type { StateFolder } from './stateFolder';
import type { StateChange } from './statePlaces';

interface Collected extends FolderChanges {
  index: FolderChanges['index'];
  running: boolean;
  allRuns: boolean;
  readonly shortIds: Set<string>;
  readonly threadIds: Set<string>;
  readonly runIds: Set<string>;
  readonly approvalIds: Set<string>;
}

/** What is to be read again, collected until somebody does it, so that a burst of events is one read. */
export class PendingChanges {
  #areFoldersStale = false;
  readonly #byFolder = new Map<StateFolder, Collected>();

  add(change: StateChange): void {
    switch (change.kind) {
      case 'folders':
        this.#areFoldersStale = true;
        break;
      case 'folder':
        this.addWhole(change.folder, 'ifReplaced');
        break;
      case 'part':
        addPart(this.#of(change.folder), change.part, change.id);
        break;
    }
  }

  /** Everything of a folder. */
  addWhole(folder: StateFolder, index: 'always' | 'ifReplaced'): void {
    this.#of(folder).allRuns = true;
    this.addRunning(folder);
    if (index === 'always') this.#of(folder).index = index;
    else this.addIndex(folder);
  }

  /** The index of a folder, if it is another file than the one that was read. */
  addIndex(folder: StateFolder): void {
    this.#of(folder).index ??= 'ifReplaced';
  }

  /** What belongs to the entries of a folder that say `running`. */
  addRunning(folder: StateFolder): void {
    this.#of(folder).running = true;
  }

  /** Whether the list of folders is to be read again; asked once. */
  takeFolders(): boolean {
    const areStale = this.#areFoldersStale;
    this.#areFoldersStale = false;
    return areStale;
  }

  /** What was collected of each folder; from now on it is the caller's to do. */
  takeParts(): ReadonlyMap<StateFolder, FolderChanges> {
    const taken = new Map(this.#byFolder);
    this.#byFolder.clear();
    return taken;
  }

  #of(folder: StateFolder): Collected {
    let collected = this.#byFolder.get(folder);
    if (collected === undefined) {
      collected = {
        ...{ index: undefined, running: false, allRuns: false },
        ...{ shortIds: new Set(), threadIds: new Set(), runIds: new Set(), approvalIds: new Set() },
      };
      this.#byFolder.set(folder, collected);
    }
    return collected;
  }
}

type Part = Extract<StateChange, { kind: 'part' }>['part'];

function addPart(collected: Collected, part: Part, id: string | undefined): void {
  switch (part) {
    case 'index':
      collected.index = 'always';
      break;
    case 'pids':
      if (id === undefined) collected.running = true;
      else collected.shortIds.add(id);
      break;
    case 'killSignals':
      if (id === undefined) collected.running = true;
      else collected.threadIds.add(id);
      break;
    case 'runs':
      if (id === undefined) collected.allRuns = true;
      else collected.runIds.add(id);
      break;
    case 'approvals':
      if (id === undefined) collected.running = true;
      else collected.approvalIds.add(id);
      break;
  }
}
