import type { ItemDelta } from '../../threads/history/threadHistory';
import { element } from '../element';
import type { TranscriptItem } from '../messages';
import type { Tools } from '../tools';
import { createItemView } from './createItemView';
import type { ItemPlace, ItemView } from './itemView';

/** The place of an item in its turn. Its content is made when it comes near the screen, see {@link LazyFill}. */
export class ItemSlot {
  readonly element = element('div', 'item');
  readonly #tools: Tools;
  readonly #place: ItemPlace;
  #item: TranscriptItem;
  /** `never`: it is updated with items of its own kind only, which `update` sees to. */
  #view: ItemView<never> | undefined;

  constructor(tools: Tools, place: ItemPlace, item: TranscriptItem) {
    this.#tools = tools;
    this.#place = place;
    this.#item = item;
    this.element.dataset.kind = item.kind;
    this.element.dataset.itemId = place.itemId;
    tools.lazyFill.add(this.element, () => this.#fill());
  }

  get item(): TranscriptItem {
    return this.#item;
  }

  update(item: TranscriptItem): void {
    const { kind, status } = this.#item;
    this.#item = item;
    if (item.kind === 'message' && status === 'running' && item.status !== 'running') {
      this.#tools.announcer.say(`Codex: ${item.text}`);
    }
    if (item.kind === kind) this.#view?.update(item as never);
    else this.#replaceView();
  }

  append({ field, delta }: ItemDelta): void {
    if (this.#view !== undefined) this.#view.append?.(field, delta);
    else if (field === 'text' && 'text' in this.#item) {
      this.#item = { ...this.#item, text: this.#item.text + delta };
    } else if (field === 'output' && 'output' in this.#item) {
      this.#item = { ...this.#item, output: this.#item.output + delta };
    }
  }

  showWhole(output: string): void {
    this.#tools.lazyFill.fill(this.element);
    this.#view?.showWhole?.(output);
  }

  #replaceView(): void {
    this.element.dataset.kind = this.#item.kind;
    if (this.#view === undefined) return;
    this.#view = undefined;
    this.#fill();
  }

  #fill(): void {
    this.#view = createItemView(this.#tools, this.#place, this.#item);
    this.element.replaceChildren(this.#view.element);
  }
}
