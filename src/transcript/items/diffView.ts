import type { FileDiff } from '../../base/lineCounts';
import { element, textButton } from '../element';
import { counted } from '../text/amounts';
import { diffLines } from '../text/diffLines';
import type { DiffLine } from '../text/diffLines';
import { shortLine } from '../text/outputLines';
import { shownCode } from '../text/shownText';

/** Lines that are shown at first, and lines of a piece. */
const FIRST_LINES = 200;
const PIECE_LINES = 200;
/** More is what the diff editor is for. */
const MAX_LINES = 10_000;
const MAX_CHARACTERS = 2 * 1024 * 1024;

const signs = { added: '+', removed: '−', context: '', hunk: '' } as const;

/** The lines of a change, with the colours of VS Code's diff editor. */
export function diffView({ kind, diff }: FileDiff): HTMLElement {
  const lines = diffLines({ kind, diff: diff.slice(0, MAX_CHARACTERS) }).slice(0, MAX_LINES);
  const view = element('div', 'diff');
  view.tabIndex = 0;
  view.role = 'region';
  view.ariaLabel = 'Changed lines';
  if (lines.length === 0) view.append(element('div', 'step-note', 'No lines to show'));
  addLines(view, lines.slice(0, FIRST_LINES));
  const rest = lines.slice(FIRST_LINES);
  if (rest.length > 0) view.append(moreButton(view, rest));
  return view;
}

function moreButton(view: HTMLElement, rest: readonly DiffLine[]): HTMLElement {
  const more = textButton('link-button', [`Show ${counted(rest.length, 'More Line')}`], () => {
    more.remove();
    addLines(view, rest);
    view.focus({ preventScroll: true });
  });
  return more;
}

function addLines(view: HTMLElement, lines: readonly DiffLine[]): void {
  for (let i = 0; i < lines.length; i += PIECE_LINES) {
    view.append(element('div', 'diff-piece', ...lines.slice(i, i + PIECE_LINES).map(lineElement)));
  }
}

function lineElement({ kind, number, text }: DiffLine): HTMLElement {
  return element(
    'div',
    `diff-line ${kind}`,
    element('span', 'diff-number', kind === 'hunk' ? '⋯' : String(number ?? '')),
    element('span', 'diff-sign', signs[kind]),
    element('span', 'diff-text', shownCode(shortLine(text))),
  );
}
