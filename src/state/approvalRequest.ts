import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { isSafeId } from './ids';

/** What may stand in a decision file. `cancel` also interrupts the turn. */
export const APPROVAL_DECISIONS = ['accept', 'acceptForSession', 'decline', 'cancel'] as const;

export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

/**
 * `approvals/<id>.json`: something that the run of a thread waits for leave to do. Written by the process that
 * runs the turn. Texts are those of codex, as they came.
 */
export interface ApprovalRequest {
  readonly id: string;
  readonly type: 'commandExecution' | 'fileChange';
  readonly threadId: string;
  readonly turnId?: string | undefined;
  readonly command?: string | undefined;
  readonly cwd?: string | undefined;
  /** Of a file change: the folder that codex wants to write to from now on. */
  readonly grantRoot?: string | undefined;
  /** Generation B: the folder in which the run was started. */
  readonly workspaceDir?: string | undefined;
  readonly reason?: string | undefined;
  /** What only requests of this extension say. */
  readonly note?: ApprovalNote | undefined;
}

export interface ApprovalNote {
  readonly runId: string;
  /** Those that codex offers. `decline` is taken in any case. */
  readonly decisions: readonly ApprovalDecision[];
  /** The files of a change. */
  readonly files: readonly string[];
}

/** The field for our note; the CLI leaves alone what it does not know. */
const FIELD = 'codexCollabVscode';

export function isApprovalDecision(value: unknown): value is ApprovalDecision {
  return APPROVAL_DECISIONS.some((decision) => decision === value);
}

/** Reads the text of a request file; undefined when it is damaged, half-written or of a kind not known here. */
export function parseApprovalRequest(id: string, text: string): ApprovalRequest | undefined {
  const raw = parseRecord(text);
  if (raw === undefined) return undefined;
  const { type, threadId } = raw;
  if ((type !== 'commandExecution' && type !== 'fileChange') || !isSafeId(threadId)) return undefined;
  return {
    ...{ id, type, threadId },
    turnId: optionalString(raw.turnId),
    command: optionalString(raw.command),
    cwd: optionalString(raw.cwd),
    grantRoot: optionalString(raw.grantRoot),
    workspaceDir: optionalString(raw.workspaceDir),
    reason: optionalString(raw.reason),
    note: noteOf(raw[FIELD]),
  };
}

/** The text of a request file. Generation A's layout has no `workspaceDir`: its caller leaves it out. */
export function approvalRequestText(request: ApprovalRequest): string {
  const { type, command, cwd, grantRoot, workspaceDir, reason, threadId, turnId, note } = request;
  const ofType = type === 'commandExecution' ? { command, cwd } : { grantRoot };
  const fields = { type, ...ofType, workspaceDir, reason, threadId, turnId, [FIELD]: note };
  return JSON.stringify(fields, null, 2);
}

function parseRecord(text: string): UnknownRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // perhaps half-written: its writer's next event brings it
  }
}

function noteOf(value: unknown): ApprovalNote | undefined {
  if (!isRecord(value) || !isSafeId(value.runId)) return undefined;
  const listed = listOf(value.decisions);
  const decisions = APPROVAL_DECISIONS.filter((decision) => listed.includes(decision));
  const files = listOf(value.files).filter((file) => typeof file === 'string');
  return { runId: value.runId, decisions, files };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
