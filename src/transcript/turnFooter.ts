import { duration } from '../base/duration';
import { element, icon, textButton } from './element';
import type { Content } from './element';
import { lineTotals } from './lineTotals';
import type { FromPage, TranscriptTurn } from './messages';
import { StatusMark, statusWords } from './items/stepStatus';
import { counted } from './text/amounts';
import { shownLine, shownProse } from './text/shownText';

/** How a turn ended, what it changed, and the way to the changes; nothing while it runs. */
export function turnFooter(turn: TranscriptTurn, post: (message: FromPage) => void): HTMLElement | undefined {
  const { id, status, error, durationMs, totals } = turn;
  if (status === 'running') return undefined;
  const parts: Content[] = [];
  // Somebody's wish is no error.
  const isStopped = status === 'interrupted';
  if (error !== undefined && !isStopped) {
    parts.push(element('div', 'note error', icon('error'), element('span', '', shownProse(error))));
  }
  const time = durationMs === undefined ? undefined : duration(durationMs);
  const reason = isStopped && error !== undefined ? shownLine(error) : undefined;
  const outcome = [statusWords(status), reason, time].filter((part) => part !== undefined).join(' · ');
  const mark = new StatusMark(status).element;
  mark.ariaHidden = 'true'; // the words stand behind it
  const line = element('div', 'turn-facts', element('span', 'turn-outcome', mark, outcome));
  if (totals !== undefined) {
    line.append(
      element('span', '', counted(totals.files, 'file'), ' ', lineTotals(totals.added, totals.removed)),
      textButton('link-button', [icon('diff-multiple'), 'Open Changes'], () =>
        post({ type: 'openChanges', turnId: id, path: undefined }),
      ),
    );
  }
  return element('footer', 'turn-footer', ...parts, line);
}
