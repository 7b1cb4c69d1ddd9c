import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for a loaded machine with two cores; a passing test does not wait for it. */
const defaultDeadlineMs = 15_000;

/**
 * Reads a value again and again until `check` no longer throws, and returns it. Fails with the last error, so
 * that an assertion inside shows what the screen said at the end.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  check: (value: T) => void,
  options: { deadlineMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + (options.deadlineMs ?? defaultDeadlineMs);
  for (;;) {
    try {
      const value = await read();
      check(value);
      return value;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await delay(50);
  }
}
