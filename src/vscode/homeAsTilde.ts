import { homedir } from 'node:os';
import { sep } from 'node:path';

/** A text with the person's home folder as `~`, as they would write it. */
export function homeAsTilde(text: string): string {
  return process.platform === 'win32' ? text : text.replaceAll(`${homedir()}${sep}`, `~${sep}`);
}
