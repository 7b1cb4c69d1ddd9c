import type { ArchivedThread } from '../threads/archivedThreads';
import type { ChangedFile } from '../threads/changes/changedFiles';
import type { Group } from './threadGroups';

/** A folder of threads; the tree has them only while it shows all workspaces. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly section: string;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly section: string;
  readonly group: Group;
}

export interface ThreadNode {
  readonly kind: 'thread';
  readonly id: string;
  /** The question that the row shows: a button of it answers no other one. */
  approvalId?: string | undefined;
}

/** The row that stands for the older threads of a long group. */
export interface MoreNode {
  readonly kind: 'more';
  readonly section: string;
  readonly group: Group;
}

/** The group whose rows codex is asked for when it is opened. */
export interface ArchivedGroupNode {
  readonly kind: 'archivedGroup';
}

export interface ArchivedNode {
  readonly kind: 'archived';
  readonly thread: ArchivedThread;
}

/** The row that stands for archived threads which have not been asked for yet. */
export interface MoreArchivedNode {
  readonly kind: 'moreArchived';
}

/** One turn of a thread whose row is open. */
export interface TurnNode {
  readonly kind: 'turn';
  readonly threadId: string;
  readonly turnId: string;
}

/** One step of a turn: a command, a message, a search… */
export interface ItemNode {
  readonly kind: 'item';
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
}

/** One file that a step changed. */
export interface FileNode {
  readonly kind: 'file';
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
  /** Absolute, as codex names it. */
  readonly path: string;
}

/** The row that stands for the older turns of a thread. */
export interface MoreTurnsNode {
  readonly kind: 'moreTurns';
  readonly threadId: string;
}

/** Says why there is nothing (yet) below a row. */
export interface NoTurnsNode {
  readonly kind: 'noTurns';
  readonly threadId: string;
  /** The row below which it stands: a turn, the changed files, or empty for the thread. */
  readonly place: string;
  readonly text: string;
  readonly isLoading: boolean;
}

/** The plan of a turn that has one. */
export interface PlanNode {
  readonly kind: 'plan';
  readonly threadId: string;
  readonly turnId: string;
}

/** What a running turn waits for. */
export interface ApprovalNode {
  readonly kind: 'approval';
  readonly threadId: string;
  readonly turnId: string;
}

/** The files that a thread changed, all turns together. */
export interface ChangesNode {
  readonly kind: 'changes';
  readonly threadId: string;
}

export interface ChangedFileNode {
  readonly kind: 'changedFile';
  readonly threadId: string;
  readonly path: string;
  readonly file: ChangedFile;
}

/** What stands below a thread. */
export type HistoryNode =
  | ChangesNode
  | ChangedFileNode
  | TurnNode
  | PlanNode
  | ItemNode
  | FileNode
  | ApprovalNode
  | MoreTurnsNode
  | NoTurnsNode;

/** Something that a run asks; it stands among what needs the person. */
export interface QuestionNode {
  readonly kind: 'question';
  readonly id: string;
  readonly section: string;
}

export type TreeNode =
  | FolderNode
  | GroupNode
  | ThreadNode
  | MoreNode
  | ArchivedGroupNode
  | ArchivedNode
  | MoreArchivedNode
  | QuestionNode
  | HistoryNode;
