/** The server's "overloaded, retry later": the request was not begun. */
export const overloadedCode = -32001;

const methodNotFoundCode = -32601;

/** An error answer of the app-server. Its own texts are the only way to tell most of them apart. */
export class AppServerRequestError extends Error {
  override readonly name = 'AppServerRequestError';
  readonly method: string;
  /** The JSON-RPC code; codex uses -32600 for nearly everything. */
  readonly code: number;

  constructor(method: string, code: number, message: string) {
    super(message);
    this.method = method;
    this.code = code;
  }
}

/** True when this codex does not have the method (it is older than it, or dropped it). */
export function isUnknownMethod(error: unknown): boolean {
  if (!(error instanceof AppServerRequestError)) return false;
  return error.code === methodNotFoundCode || error.message.includes(`unknown variant \`${error.method}\``);
}

/** True when another process has the thread open, which codex 0.169 locks (older ones do not). */
export function isActiveWriter(error: unknown): boolean {
  return error instanceof AppServerRequestError && error.message.includes('already has an active writer');
}
