import { element } from './element';

/** When a turn began: the time, with the date when it was on another day. */
export function turnTime(startedAt: number): HTMLElement {
  const date = new Date(startedAt);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = element(
    'time',
    'turn-time',
    date.toLocaleString([], {
      ...(isToday ? {} : { month: 'short', day: 'numeric' }),
      hour: '2-digit',
      minute: '2-digit',
    }),
  );
  time.title = date.toLocaleString();
  return time;
}
