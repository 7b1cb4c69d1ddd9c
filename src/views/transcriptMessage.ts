import { isRecord } from '../base/record';
import type { FromPage } from '../transcript/messages';

/** Characters of an id, an address or a path; longer ones are made up. */
const MAX_NAME = 8192;

/**
 * What the page of a transcript says; undefined for everything that it may not say. The page shows what a
 * model wrote: nothing that comes from it is trusted to be what our script sends.
 */
export function parsePageMessage(value: unknown): FromPage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, turnId, itemId, approvalId, decision, text, href, path, line } = value;
  switch (type) {
    case 'ready':
    case 'loadOlder':
    case 'stop':
    case 'openLog':
      return { type };
    case 'loadItems':
      return isName(turnId) ? { type, turnId } : undefined;
    case 'loadOutput':
      return isName(turnId) && isName(itemId) ? { type, turnId, itemId } : undefined;
    case 'send':
    case 'copy':
      return typeof text === 'string' ? { type, text } : undefined;
    case 'answer':
      return isName(approvalId) && isName(decision) ? { type, approvalId, decision } : undefined;
    case 'openLink':
      return isName(href) ? { type, href } : undefined;
    case 'openFile':
      return isName(path) ? { type, path, line: lineOf(line) } : undefined;
    case 'openChanges':
      if (!isName(turnId) || !(path === undefined || isName(path))) return undefined;
      return { type, turnId, path };
    default:
      return undefined;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME && !value.includes('\0');
}

/** From 1; undefined for what is no line. */
function lineOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;
}
