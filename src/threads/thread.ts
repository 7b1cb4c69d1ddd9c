import type { LineCounts } from '../base/lineCounts';
import type { ApprovalDecision } from '../state/approvalRequest';
import type { AskedForm } from './askedForm';
import type { FileEdit } from './turnItem';

export type { ApprovalDecision } from '../state/approvalRequest';

/**
 * What a row says of a thread. `stopping` is a running thread that has been asked to end; `needsYou` is a
 * running one that waits for an answer; `idle` is one that has not run yet, or of whose turns nobody noted how
 * they ended.
 */
export type ThreadStatus =
  'needsYou' | 'running' | 'stopping' | 'interrupted' | 'failed' | 'completed' | 'idle';

/** Who runs the thread's turn. */
export type ThreadOwner = 'thisWindow' | 'anotherWindow' | 'cli' | 'nobody';

/**
 * Something that codex wants to do and waits for leave to do, or that it asks. Nothing in its texts disguises what
 * they say.
 */
export interface PendingApproval {
  /** The id under which the answer is given; no other question of the thread ever has it. */
  readonly id: string;
  readonly kind: 'command' | 'fileChange' | 'permissions' | 'toolCall' | 'questions' | 'elicitation';
  /** One line: "wants to run rm -rf build". */
  readonly summary: string;
  /** Why codex asks, in its words on one line, if it said so. */
  readonly reason: string | undefined;
  /** What would be done, in full: a command with its line breaks, arguments of a tool, the address of a page. */
  readonly command?: string | undefined;
  /** Where the command is to run. */
  readonly cwd?: string | undefined;
  /** The files that are to be changed, as far as they are known. */
  readonly files?: readonly string[] | undefined;
  /** What is to be done to them, as it came. */
  readonly edits?: readonly FileEdit[] | undefined;
  /** What is to be filled in: `accept` comes with its values alone, and is none of the `decisions`. */
  readonly form?: AskedForm | undefined;
  /** Those that may be answered, in the order in which to show them. */
  readonly decisions: readonly ApprovalDecision[];
  /** Epoch milliseconds. */
  readonly requestedAt?: number | undefined;
}

/** One thread as the views see it. Immutable: every change is a new object. */
export interface Thread {
  /** Codex's own id of the thread (UUIDv7). */
  readonly id: string;
  /** The eight hex digits under which the CLI knows it. */
  readonly shortId: string;
  /** Its name, else the first line of the prompt, cut at a word. */
  readonly title: string;
  /** What a person called it. */
  readonly name: string | undefined;
  readonly prompt: string | undefined;
  readonly status: ThreadStatus;
  /** Why it is interrupted or failed, when somebody said so: "killed", "codex exited (code 3)". */
  readonly reason: string | undefined;
  readonly owner: ThreadOwner;
  /** The process that runs the turn, while one does. */
  readonly ownerPid: number | undefined;
  readonly cwd: string | undefined;
  /** The workspaces of the CLI's newer layout that it is entered in. */
  readonly workspaceKeys: readonly string[];
  readonly model: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  /** When the running turn began, while one runs. */
  readonly turnStartedAt: number | undefined;
  readonly pendingApproval: PendingApproval | undefined;
  /** What it is to reach over several turns, as far as a run has noted or heard it. */
  readonly goal: { readonly objective: string; readonly status: string } | undefined;
  /** Of all its turns; known when a window of this extension ran the last one. */
  readonly totalTokens: number | undefined;
  /** What its last turn changed, where that was noted. */
  readonly changes: LineCounts | undefined;
  /** Log files, and folders of log files, that hold its output, oldest first; they need not exist yet. */
  readonly logPaths: readonly string[];
}

/** True while a turn of the thread is under way, whoever runs it. */
export function isActive(thread: Thread): boolean {
  return thread.status === 'running' || thread.status === 'stopping' || thread.status === 'needsYou';
}

/** A status in words. */
export function statusText(status: ThreadStatus): string {
  switch (status) {
    case 'needsYou':
      return 'Waiting for you';
    case 'running':
      return 'Running';
    case 'stopping':
      return 'Stopping';
    case 'interrupted':
      return 'Interrupted';
    case 'failed':
      return 'Failed';
    case 'completed':
      return 'Completed';
    case 'idle':
      return 'Idle';
  }
}
