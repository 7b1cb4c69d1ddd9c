import { element, icon, textButton } from './element';
import type { Content } from './element';
import { lineTotals } from './lineTotals';
import type { FromPage, TranscriptTurn } from './messages';
import { StatusMark, statusWords } from './items/stepStatus';
import { counted, duration } from './text/amounts';
import { shownProse } from './text/shownText';

/** How a turn ended, what it changed, and the way to the changes; nothing while it runs. */
export function turnFooter(turn: TranscriptTurn, post: (message: FromPage) => void): HTMLElement | undefined {
  const { id, status, error, durationMs, totals } = turn;
  if (status === 'running') return undefined;
  const parts: Content[] = [];
  if (error !== undefined) {
    parts.push(element('div', 'note error', icon('error'), element('span', '', shownProse(error))));
  }
  const time = durationMs === undefined ? undefined : duration(durationMs);
  const outcome = time === undefined ? statusWords(status) : `${statusWords(status)} · ${time}`;
  const line = element(
    'div',
    'turn-facts',
    element('span', 'turn-outcome', new StatusMark(status).element, outcome),
  );
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
