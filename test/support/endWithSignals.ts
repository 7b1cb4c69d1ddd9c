import { constants } from 'node:os';

/** One Ctrl-C can arrive twice: from the terminal, and passed on by the process that started us. */
const sameSignalMs = 500;

/**
 * Lets Ctrl-C and its like end this process by `process.exit`, so that what has to end with it can do so in its
 * `exit` listener. `beforeExit` may take its time; a second signal does not wait for it.
 */
export function endWithSignals(beforeExit: () => Promise<void> = () => Promise.resolve()): void {
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const exit = (): void => process.exit(128 + constants.signals[signal]);
    process.on(signal, () => {
      if (first === undefined) beforeExit().then(exit, exit);
      else if (performance.now() - first > sameSignalMs) exit();
      first ??= performance.now();
    });
  }
}
