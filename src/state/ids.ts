import { randomBytes } from 'node:crypto';

const SAFE = /^[A-Za-z0-9_-]{1,128}$/;
/** Names that Windows gives to devices in every folder, and keys that JavaScript objects treat specially. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d|__proto__|constructor|prototype)$/i;

/**
 * True for a thread id, short id, run id or approval id that may become a file name and an object key.
 * Everything read from disk or from the server passes here before it is joined to a path.
 */
export function isSafeId(value: unknown): value is string {
  return typeof value === 'string' && isSafeName(value);
}

/** `id` again, or an error: for paths built from it. Callers check with {@link isSafeId} beforehand. */
export function requireSafeId(id: string): string {
  if (!isSafeName(id)) throw new Error(`Not usable as a file name: ${JSON.stringify(id.slice(0, 140))}`);
  return id;
}

/** A new thread's short id, as the CLI makes them: 8 hex digits, redrawn while `isTaken` says so. */
export function newShortId(isTaken: (id: string) => boolean): string {
  let id: string;
  do id = randomBytes(4).toString('hex');
  while (isTaken(id));
  return id;
}

/** `run-<base36 of epoch ms>-<6 hex>`: the CLI orders the logs of a thread by this name. */
export function newRunId(now: Date): string {
  return `run-${now.getTime().toString(36)}-${randomBytes(3).toString('hex')}`;
}

function isSafeName(text: string): boolean {
  return SAFE.test(text) && !RESERVED.test(text);
}
