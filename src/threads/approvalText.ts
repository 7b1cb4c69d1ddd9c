import { isRecord, optionalString } from '../base/record';
import { commandInShell } from '../base/shellCommand';
import type { ApprovalDecision, PendingApproval } from './thread';
import { multiLine, singleLine } from './threadTitle';

/** A command as it is shown: without the shell that codex hands it to, in its own lines. */
export function shownCommand(command: string): string {
  return multiLine(commandInShell(command));
}

/** "wants to run rm -rf build" */
export function commandSummary(command: string | undefined): string {
  return `wants to run ${inOneLine(command ?? 'a command')}`;
}

/**
 * The same of all that `item/commandExecution/requestApproval` may be about: access to a host, input for a command
 * that runs, and what a command wants besides.
 */
export function commandRequestSummary(params: Record<string, unknown>): string {
  const { kind, networkApprovalContext: network, additionalPermissions: more } = params;
  const command = optionalString(params.command);
  if (isRecord(network) && typeof network.host === 'string') {
    const protocol = optionalString(network.protocol);
    const host = singleLine(protocol === undefined ? network.host : `${network.host} (${protocol})`);
    return `wants to reach ${host}${command === undefined ? '' : ` for ${inOneLine(command)}`}`;
  }
  if (kind === 'writeStdin') return `wants to type into a running command: ${inOneLine(command ?? '')}`;
  // In front, since a long command is cut where there is little room.
  if (isRecord(more)) return `wants ${permissionsText(more)} to run ${inOneLine(command ?? 'a command')}`;
  return commandSummary(command);
}

/** "asks: Which database?"; of several the first. */
export function questionsSummary(questions: readonly string[]): string {
  const [first = '', ...others] = questions;
  return `asks: ${singleLine(first)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** What an MCP server asks through codex. */
export function elicitationSummary(server: string, message: string): string {
  return `asks for ${server}: ${singleLine(message) || 'your input'}`;
}

/** What codex asks before it calls a tool of an MCP server; `message` are its own words for it. */
export function toolCallSummary(
  server: string,
  tool: string | undefined,
  message: string | undefined,
): string {
  if (tool === undefined) return elicitationSummary(server, message ?? '');
  return `wants to call ${singleLine(tool)} of ${server}`;
}

/** What a button says that gives an answer. */
export function decisionLabel(decision: ApprovalDecision): string {
  switch (decision) {
    case 'accept':
      return 'Approve';
    case 'acceptForSession':
      return 'Approve for Session';
    case 'decline':
      return 'Decline';
    case 'cancel':
      return 'Decline and Stop';
  }
}

/** All that one has to read before one approves, on several lines. */
export function approvalInFull({ summary, reason, command, cwd, files = [] }: PendingApproval): string {
  const isSaid = command === undefined || summary.endsWith(command);
  return [
    ...(isSaid ? [summary] : [summary, command]),
    ...(cwd === undefined ? [] : [`in ${cwd}`]),
    ...(reason === undefined ? [] : [`Reason: ${reason}`]),
    ...(files.length < 2 ? [] : [files.join('\n')]),
  ].join('\n\n');
}

/** "Codex goes on without an answer at 12:30:00."; undefined where it waits. */
export function deadlineText({ form }: PendingApproval): string | undefined {
  if (form?.deadline === undefined) return undefined;
  return `Codex goes on without an answer at ${new Date(form.deadline).toLocaleTimeString()}.`;
}

/** "wants to change /w/a.ts and 2 more"; without any file the folder that codex wants to write to. */
export function fileChangeSummary(files: readonly string[], grantRoot: string | undefined): string {
  const [first, ...others] = files;
  const what = first ?? grantRoot;
  if (what === undefined) return 'wants to change files';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `wants to change ${singleLine(what)}${more}`;
}

/** "wants for this turn: the network, files: …": what a request for permissions spells out. */
export function permissionsSummary(permissions: unknown): string {
  return `wants for this turn: ${permissionsText(permissions)}`;
}

/** Codex asks with null for what it does not want, but takes a grant only without such fields. */
export function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function inOneLine(command: string): string {
  return singleLine(commandInShell(command));
}

function permissionsText(permissions: unknown): string {
  if (!isRecord(permissions)) return 'more permissions';
  const { network, fileSystem } = permissions;
  const parts = isRecord(network) && network.enabled === true ? ['the network'] : [];
  if (isRecord(fileSystem)) parts.push(`files: ${JSON.stringify(withoutNulls(fileSystem))}`);
  return singleLine(parts.join(', ') || JSON.stringify(permissions));
}
