import { element, spoken } from './element';

/** "+14 −2" in the colours of added and removed lines. */
export function lineTotals(added: number, removed: number): HTMLElement {
  return element(
    'span',
    'line-totals',
    element('span', 'added', `+${added}`, spoken(' added')),
    ' ',
    element('span', 'removed', `−${removed}`, spoken(' removed')),
  );
}
