import type { FileReference } from './fileReference';

/** Where a link of a message leads to: the web, or a file. */
export type LinkTarget =
  { readonly kind: 'url'; readonly href: string } | ({ readonly kind: 'file' } & FileReference);

const WEB = /^(?:https?|mailto):/i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;
const DRIVE = /^[a-z]:[\\/]/i;
/** "login.ts:12" looks like a scheme, and is none. */
const FILE_AND_LINE = /^[\w@+.-]+\.[a-z]\w{0,7}:\d/i;
/** Of the other end of a network as well as of another host. */
const OTHER_MACHINE = /^[\\/]{2}/;
const PLACE = /(?::(\d{1,7})(?::\d{1,7})?(?:-\d{1,7})?|#L(\d{1,7})(?:C\d+)?(?:-L?\d{1,7}(?:C\d+)?)?)$/;
const HIDDEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

const MAX_LENGTH = 4_096;

/**
 * What the target of a Markdown link is; undefined where it must not be a link: `javascript:`, `command:`,
 * `data:`, `file:` and every other scheme but those of the web, and an address with a name or a password, by which
 * it could look like that of another host.
 */
export function linkTarget(href: string): LinkTarget | undefined {
  const target = href.trim();
  if (target === '' || target.length > MAX_LENGTH || HIDDEN.test(target)) return undefined;
  if (WEB.test(target)) return webTarget(target);
  if (SCHEME.test(target) && !DRIVE.test(target) && !FILE_AND_LINE.test(target)) return undefined;
  return fileTarget(target);
}

function webTarget(target: string): LinkTarget | undefined {
  if (!URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.username !== '' || url.password !== '') return undefined;
  // As the browser reads it, with the real letters of the host.
  return { kind: 'url', href: url.href };
}

function fileTarget(target: string): LinkTarget | undefined {
  const [, colonLine, hashLine] = PLACE.exec(target) ?? [];
  const path = decoded(target.replace(PLACE, '').replace(/[?#].*$/s, ''));
  if (path === undefined || path === '' || HIDDEN.test(path) || OTHER_MACHINE.test(path)) return undefined;
  // Decoded it may be something else than it was before.
  if (SCHEME.test(path) && !DRIVE.test(path)) return undefined;
  const line = colonLine ?? hashLine;
  return { kind: 'file', path, line: line === undefined ? undefined : Number(line) };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // not encoded as an address: "100%"
  }
}
