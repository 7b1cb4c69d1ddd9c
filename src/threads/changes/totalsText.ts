import type { LineCounts } from '../../base/lineCounts';

/** "+12 −3"; empty for a change that concerns no line, such as a move. */
export function totalsText({ added, removed }: LineCounts): string {
  return [added === 0 ? '' : `+${added}`, removed === 0 ? '' : `−${removed}`]
    .filter((part) => part !== '')
    .join(' ');
}
