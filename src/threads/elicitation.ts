import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { elicitationSummary, toolCallSummary } from './approvalText';
import type { AskedForm, FormValues } from './askedForm';
import { schemaFields } from './elicitationSchema';
import type { ServerApproval } from './serverApproval';
import type { ApprovalDecision, PendingApproval } from './thread';
import { multiLine, singleLine } from './threadTitle';

type Parts = Omit<ServerApproval, 'codexId'>;

/**
 * `mcpServer/elicitation/request`: what an MCP server asks through codex, or codex on its behalf. Undefined
 * where nobody could answer it here: other modes than `form` and `url`, required fields of unknown types,
 * pages that are not of the web.
 */
export function elicitation(params: UnknownRecord): Parts | undefined {
  const { mode, _meta: meta } = params;
  if (mode === 'form' && isRecord(meta) && meta.codex_approval_kind === 'mcp_tool_call')
    return toolCall(params, meta);
  const message = multiLine(optionalString(params.message) ?? '').trim();
  const summary = elicitationSummary(serverOf(params), message);
  // On one line the summary says it all.
  const reason = message.includes('\n') ? message : undefined;
  const common = { kind: 'elicitation', summary, reason, requestedAt: Date.now() } as const;
  if (mode === 'url') {
    const url = webAddress(params.url);
    if (url === undefined) return undefined;
    const form: AskedForm = { fields: [], url };
    // Where it leads stands in the field for what is to be read to the end.
    return partsOf({ ...common, command: url, form, decisions: ['decline'] }, () => null);
  }
  const fields = mode === 'form' ? schemaFields(params.requestedSchema) : undefined;
  if (fields === undefined) return undefined;
  if (fields.length === 0) return partsOf({ ...common, decisions: ['accept', 'decline'] }, () => ({}));
  return partsOf({ ...common, form: { fields }, decisions: ['decline'] }, contentOf);
}

/** Codex asks this way before it calls a tool that changes something. Cancelling it does not end the turn. */
function toolCall(params: UnknownRecord, meta: UnknownRecord): Parts {
  // Its title is a server's own words, and may be that of another tool.
  const tool = optionalString(meta.tool_name) ?? optionalString(meta.tool_title);
  const persist: readonly unknown[] = Array.isArray(meta.persist) ? meta.persist : [meta.persist];
  const approval: PartsApproval = {
    kind: 'toolCall',
    summary: toolCallSummary(serverOf(params), tool, optionalString(params.message)),
    reason: undefined,
    command: argumentsText(meta.tool_params),
    decisions: persist.includes('session')
      ? ['accept', 'acceptForSession', 'decline']
      : ['accept', 'decline'],
    requestedAt: Date.now(),
  };
  return partsOf(approval, () => ({}));
}

type PartsApproval = Omit<PendingApproval, 'id'>;

function partsOf(approval: PartsApproval, content: (values: FormValues | undefined) => unknown): Parts {
  return {
    approval,
    file: undefined,
    toAnswer: (decision, values) => {
      const isFilledIn = approval.form === undefined || values !== undefined;
      const action = actionOf(decision, isFilledIn);
      const _meta = action === 'accept' && decision === 'acceptForSession' ? { persist: 'session' } : null;
      return { action, content: action === 'accept' ? content(values) : null, _meta };
    },
  };
}

/** A form is not accepted by who has not filled it in. */
function actionOf(decision: ApprovalDecision, isFilledIn: boolean): 'accept' | 'decline' | 'cancel' {
  if (decision === 'decline') return 'decline';
  return decision !== 'cancel' && isFilledIn ? 'accept' : 'cancel';
}

function contentOf(values: FormValues = new Map()): object {
  return Object.fromEntries(values);
}

function serverOf({ serverName }: UnknownRecord): string {
  return singleLine(optionalString(serverName) ?? '') || 'an MCP server';
}

function argumentsText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return multiLine(JSON.stringify(value, undefined, 2));
}

/**
 * As a browser reads it, so that what is shown is what is opened; undefined for all but http and https, and for
 * one with a name or a password, by which it could look like that of another host.
 */
function webAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { href, protocol, username, password } = new URL(value);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && username === '' && password === '' ? href : undefined;
}
