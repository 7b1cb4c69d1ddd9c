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

export type TreeNode = FolderNode | GroupNode | ThreadNode | MoreNode;
