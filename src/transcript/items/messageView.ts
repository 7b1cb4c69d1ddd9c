import type { ItemDelta } from '../../threads/history/threadHistory';
import { GrowingMarkdown } from '../markdown/growingMarkdown';
import type { Tools } from '../tools';
import type { ItemOf, ItemView } from './itemView';

/** What codex says, and its reviews and plans. */
export class MessageView implements ItemView<ItemOf<'message' | 'review' | 'plan'>> {
  readonly #markdown: GrowingMarkdown;

  constructor(tools: Tools, item: ItemOf<'message' | 'review' | 'plan'>) {
    this.#markdown = new GrowingMarkdown(tools.markdown, tools.frames);
    if (item.kind !== 'message') this.element.classList.add('card');
    this.update(item);
  }

  get element(): HTMLElement {
    return this.#markdown.element;
  }

  update({ text, status }: ItemOf<'message' | 'review' | 'plan'>): void {
    this.#markdown.set(text, status !== 'running');
  }

  append(field: ItemDelta['field'], delta: string): void {
    if (field === 'text') this.#markdown.append(delta);
  }
}
