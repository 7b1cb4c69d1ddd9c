import { lineCounts } from '../../base/lineCounts';
import type { FileEdit } from '../../threads/turnItem';
import { element, icon, iconButton, spoken } from '../element';
import { shownLine } from '../text/shownText';
import { shownPath } from '../text/shownPath';
import type { Tools } from '../tools';
import { lineTotals } from '../lineTotals';
import { diffView } from './diffView';
import { Disclosure } from './disclosure';
import { keyOf } from './itemView';
import type { ItemOf, ItemPlace, ItemView } from './itemView';
import { StatusMark, statusWords } from './stepStatus';

const looks = {
  add: { icon: 'diff-added', words: 'Added ' },
  delete: { icon: 'diff-removed', words: 'Deleted ' },
  update: { icon: 'diff-modified', words: 'Changed ' },
} as const;

/** A line a file: what happened to it, with its lines inside and the way to the diff editor. */
export class FileChangeView implements ItemView<ItemOf<'fileChange'>> {
  readonly element = element('div', 'file-changes');
  readonly #tools: Tools;
  readonly #place: ItemPlace;
  #drawn: ItemOf<'fileChange'> | undefined;

  constructor(tools: Tools, place: ItemPlace, item: ItemOf<'fileChange'>) {
    this.#tools = tools;
    this.#place = place;
    this.update(item);
  }

  update(item: ItemOf<'fileChange'>): void {
    const isSame = this.#drawn !== undefined && isAlike(this.#drawn, item);
    this.#drawn = item;
    if (!isSame)
      this.element.replaceChildren(...item.changes.map((change, i) => this.#file(change, i, item)));
  }

  #file(edit: FileEdit, index: number, { status }: ItemOf<'fileChange'>): HTMLElement {
    const { name, folder } = shownPath(edit.path, this.#tools.cwd());
    const { icon: kind, words } = looks[edit.kind];
    const { added, removed } = lineCounts(edit);
    const isDone = status === 'completed' || status === 'unknown';
    const disclosure = new Disclosure(this.#tools, {
      key: keyOf(this.#place, String(index)),
      header: [
        isDone
          ? element('span', 'status-icon', icon(kind, edit.kind), spoken(words))
          : new StatusMark(status).element,
        element('span', 'file-name', name),
        element('span', 'file-folder', folder),
        element(
          'span',
          'step-facts',
          isDone ? lineTotals(added, removed) : statusWords(status).toLowerCase(),
        ),
      ],
      fill: (panel) => panel.append(diffView(edit)),
    });
    disclosure.button.title = shownLine(edit.path);
    const open = iconButton('go-to-file', `Open Changes of ${name}`, () =>
      this.#tools.post({ type: 'openChanges', turnId: this.#place.turnId, path: edit.path }),
    );
    const row = element('div', 'step-row', disclosure.button, open);
    return element('div', `step file ${status}`, row, disclosure.panel);
  }
}

function isAlike(one: ItemOf<'fileChange'>, other: ItemOf<'fileChange'>): boolean {
  return (
    one.status === other.status &&
    one.changes.length === other.changes.length &&
    one.changes.every(({ path, kind, diff }, i) => {
      const edit = other.changes[i];
      return path === edit?.path && kind === edit.kind && diff === edit.diff;
    })
  );
}
