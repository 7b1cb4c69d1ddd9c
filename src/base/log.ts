/** Where a layer below the editor writes what a developer may want to read later. Never secrets. */
export interface Log {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** For tests and for callers that have no log. */
export const silentLog: Log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
