import type { FileEdit } from '../turnItem';
import { countLines } from './lines';

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** How many lines an edit added and removed. */
export function lineCounts({ kind, diff }: FileEdit): LineCounts {
  if (kind === 'add') return { added: countLines(diff), removed: 0 };
  if (kind === 'delete') return { added: 0, removed: countLines(diff) };
  let [added, removed] = [0, 0];
  for (let at = 0; at !== -1 && at < diff.length; at = nextLine(diff, at)) {
    if (diff[at] === '+') added += 1;
    if (diff[at] === '-') removed += 1;
  }
  return { added, removed };
}

/** "+12 −3"; empty for a change that concerns no line, such as a move. */
export function totalsText({ added, removed }: LineCounts): string {
  return [added === 0 ? '' : `+${added}`, removed === 0 ? '' : `−${removed}`]
    .filter((part) => part !== '')
    .join(' ');
}

/** Where the next line begins, or -1. */
function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? -1 : end + 1;
}
