import type { ArchivedThread } from '../threads/archivedThreads';
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

export type TreeNode =
  FolderNode | GroupNode | ThreadNode | MoreNode | ArchivedGroupNode | ArchivedNode | MoreArchivedNode;
