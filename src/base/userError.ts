/**
 * What a person can do about an error, as a value: `vscode/errorReporting` turns each into a button.
 */
export type Remedy =
  | { kind: 'setCodexPath' }
  | { kind: 'installCodex' }
  | { kind: 'logIn' }
  | { kind: 'manageTrust' }
  | { kind: 'openFile'; path: string }
  | { kind: 'openSettings'; query: string };

/**
 * An expected failure. The message is a sentence for the person who has to act on it: what happened, why
 * if that is known, what to do. Everything that is not a `UserError` is a bug and reported as "unexpected".
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly remedies: readonly Remedy[];

  constructor(message: string, options: { remedies?: readonly Remedy[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.remedies = options.remedies ?? [];
  }
}

/** The text of anything that was thrown, for logs and for the tail of a message. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node error (`ENOENT`, `EACCES`…), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
