import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { APPROVAL_DECISIONS } from '../state/approvalRequest';
import type { AskedRequest } from '../state/raisedApprovals';
import {
  commandRequestSummary,
  fileChangeSummary,
  permissionsSummary,
  shownCommand,
  withoutNulls,
} from './approvalText';
import type { FormValues } from './askedForm';
import { elicitation } from './elicitation';
import type { ApprovalDecision, PendingApproval } from './thread';
import { singleLine } from './threadTitle';
import type { FileEdit } from './turnItem';
import { userInputQuestions } from './userInput';

/** What the server asks, reduced to what an answer needs. */
export interface ApprovalRequest {
  /** The server's own id of the request; the first one is 0. */
  readonly id: string | number;
  readonly method: string;
  readonly params: unknown;
}

/** A question of codex: for a person, for a file, and how it is to be answered. */
export interface ServerApproval {
  /** Under which id codex asks; unchecked, and not always one of its own. */
  readonly codexId: string;
  readonly approval: Omit<PendingApproval, 'id'>;
  /** Undefined where the CLI has no form for it. */
  readonly file: Omit<AskedRequest, 'id'> | undefined;
  /** `values`: what was filled in, where there is a form. */
  readonly toAnswer: (decision: ApprovalDecision, values?: FormValues) => unknown;
}

/**
 * Reads what the server asks. `editsOf`: what a `fileChange` item is about; the request itself does not say it.
 * Undefined where we do not know the kind of question.
 */
export function parseServerApproval(
  { method, params }: ApprovalRequest,
  editsOf: (itemId: string) => readonly FileEdit[],
): ServerApproval | undefined {
  const fields = isRecord(params) ? params : {};
  const itemId = optionalString(fields.itemId) ?? '';
  const codexId = optionalString(fields.approvalId) ?? itemId;
  switch (method) {
    case 'item/commandExecution/requestApproval':
      return { codexId, ...commandApproval(fields) };
    case 'item/fileChange/requestApproval':
      return { codexId, ...fileChangeApproval(fields, editsOf(itemId)) };
    case 'item/permissions/requestApproval':
      return { codexId, ...permissionsApproval(fields) };
    case 'item/tool/requestUserInput':
      return withId(codexId, userInputQuestions(fields));
    case 'mcpServer/elicitation/request':
      return withId(codexId, elicitation(fields));
    default:
      return undefined;
  }
}

type Parts = Omit<ServerApproval, 'codexId'>;

function withId(codexId: string, parts: Parts | undefined): ServerApproval | undefined {
  return parts === undefined ? undefined : { codexId, ...parts };
}

function commandApproval(params: UnknownRecord): Parts {
  const [command, cwd] = [optionalString(params.command), optionalString(params.cwd)];
  const decisions = decisionsOf(params.availableDecisions);
  return {
    approval: {
      ...{ kind: 'command', summary: commandRequestSummary(params), decisions, ...commonOf(params) },
      command: command === undefined ? undefined : shownCommand(command),
      cwd: cwd === undefined ? undefined : singleLine(cwd),
    },
    file: { type: 'commandExecution', command, cwd, decisions, files: [], ...filedOf(params) },
    toAnswer: (decision) => ({ decision }),
  };
}

function fileChangeApproval(params: UnknownRecord, edits: readonly FileEdit[]): Parts {
  const files = edits.map(({ path }) => path);
  const grantRoot = optionalString(params.grantRoot);
  const decisions = APPROVAL_DECISIONS;
  const summary = fileChangeSummary(files, grantRoot);
  return {
    approval: {
      ...{ kind: 'fileChange', summary, decisions, ...commonOf(params) },
      files: files.map(singleLine),
      edits,
    },
    file: { type: 'fileChange', grantRoot, decisions, files, ...filedOf(params) },
    toAnswer: (decision) => ({ decision }),
  };
}

/** The server wants granted permissions spelled out, and knows no cancel. */
function permissionsApproval(params: UnknownRecord): Parts {
  const summary = permissionsSummary(params.permissions);
  const decisions = ['accept', 'acceptForSession', 'decline'] as const;
  return {
    approval: { kind: 'permissions', summary, decisions, ...commonOf(params) },
    file: undefined,
    toAnswer: (decision) => {
      const isGranted = decision === 'accept' || decision === 'acceptForSession';
      return {
        permissions: isGranted && isRecord(params.permissions) ? withoutNulls(params.permissions) : {},
        scope: decision === 'acceptForSession' ? 'session' : 'turn',
      };
    },
  };
}

/**
 * What codex lists in `availableDecisions`, and no more; what it wants as an object is not offered. All where it
 * lists nothing, as older servers do. One has to be able to say no: where neither `decline` nor `cancel` is listed,
 * `decline` is offered all the same. Codex (0.169) takes it for every command, though for most it lists `accept`, an
 * amendment of its rules, and `cancel`.
 */
function decisionsOf(available: unknown): readonly ApprovalDecision[] {
  if (!Array.isArray(available)) return APPROVAL_DECISIONS;
  const listed = APPROVAL_DECISIONS.filter((decision) => available.includes(decision));
  return listed.includes('decline') || listed.includes('cancel') ? listed : [...listed, 'decline'];
}

function commonOf(params: UnknownRecord): Pick<PendingApproval, 'reason' | 'requestedAt'> {
  const reason = optionalString(params.reason);
  return {
    reason: reason === undefined ? undefined : singleLine(reason),
    requestedAt: typeof params.startedAtMs === 'number' ? params.startedAtMs : Date.now(),
  };
}

function filedOf(params: UnknownRecord): Pick<AskedRequest, 'reason' | 'turnId'> {
  return { reason: optionalString(params.reason), turnId: optionalString(params.turnId) };
}
