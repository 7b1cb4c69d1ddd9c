import { isRecord } from '../base/record';
import { singleLine } from './threadTitle';

/** "wants to run rm -rf build" */
export function commandSummary(command: string | undefined): string {
  return `wants to run ${singleLine(command ?? 'a command')}`;
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

function permissionsText(permissions: unknown): string {
  if (!isRecord(permissions)) return 'more permissions';
  const { network, fileSystem } = permissions;
  const parts = isRecord(network) && network.enabled === true ? ['the network'] : [];
  if (isRecord(fileSystem)) parts.push(`files: ${JSON.stringify(withoutNulls(fileSystem))}`);
  return singleLine(parts.join(', ') || JSON.stringify(permissions));
}
