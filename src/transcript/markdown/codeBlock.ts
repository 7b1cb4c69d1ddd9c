import { element, icon } from '../element';

/** Lines of a piece: what grows at the end is laid out anew without the pieces above it. */
const PIECE_LINES = 50;

/** Code with a button that copies it; who shows it listens to `.copy-code`. */
export function codeBlock(code: string): HTMLElement {
  const copy = element('button', 'icon-button copy-code', icon('copy'));
  copy.type = 'button';
  copy.ariaLabel = 'Copy Code';
  copy.title = 'Copy Code';
  const pieces = linePieces(code.replace(/\n$/, '')).map((piece) => element('span', 'code-piece', piece));
  return element('div', 'code-block', copy, element('pre', '', element('code', '', ...pieces)));
}

/** Each with its line break, so that all of them are the text again. */
function linePieces(code: string): string[] {
  const lines = code.split(/(?<=\n)/);
  const pieces: string[] = [];
  for (let i = 0; i < lines.length; i += PIECE_LINES) pieces.push(lines.slice(i, i + PIECE_LINES).join(''));
  return pieces;
}
