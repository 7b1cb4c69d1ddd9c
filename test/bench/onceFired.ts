import type { Event } from '../../src/base/event';

/** Resolves with `performance.now()` of the moment in which the event fires next. */
export function onceFired(event: Event<void>): Promise<number> {
  return new Promise((resolve) => {
    const subscription = event(() => {
      subscription.dispose();
      resolve(performance.now());
    });
  });
}
