import { constants } from 'node:os';

/** How often we look whether our parent is still there. */
const parentCheckMs = 500;

/** One Ctrl-C can arrive twice: from the terminal, and passed on by the process that started us. */
const sameSignalMs = 500;

/**
 * Lets Ctrl-C and its like, and the end of our parent, end this process by `process.exit`, so that what has to
 * end with it can do so in its `exit` listener. `beforeExit` may take its time; a second signal does not wait.
 */
export function endWithSignals(beforeExit: () => Promise<void> = () => Promise.resolve()): void {
  let first: number | undefined;
  const end = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
    const exit = (): void => process.exit(128 + constants.signals[signal]);
    if (first === undefined) beforeExit().then(exit, exit);
    else if (performance.now() - first > sameSignalMs) exit();
    first ??= performance.now();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    end('SIGHUP');
  }, parentCheckMs);
  check.unref();
}
