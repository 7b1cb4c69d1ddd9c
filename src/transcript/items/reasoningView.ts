import { duration } from '../../base/duration';
import type { ItemDelta } from '../../threads/history/threadHistory';
import { element } from '../element';
import { GrowingMarkdown } from '../markdown/growingMarkdown';
import type { Tools } from '../tools';
import { Disclosure } from './disclosure';
import { keyOf } from './itemView';
import type { ItemOf, ItemPlace, ItemView } from './itemView';

/** "Thought for 12s", with the summary inside; nothing at all where there is nothing to tell. */
export class ReasoningView implements ItemView<ItemOf<'reasoning'>> {
  readonly element = element('div', 'reasoning');
  readonly #label = element('span', 'step-label');
  readonly #markdown: GrowingMarkdown;
  readonly #disclosure: Disclosure;
  #hasText = false;

  constructor(tools: Tools, place: ItemPlace, item: ItemOf<'reasoning'>) {
    this.#markdown = new GrowingMarkdown(tools.markdown, tools.frames);
    this.#disclosure = new Disclosure(tools, {
      key: keyOf(place),
      header: [this.#label],
      fill: (panel) => panel.append(this.#markdown.element),
    });
    this.element.append(this.#disclosure.button, this.#disclosure.panel);
    this.update(item);
  }

  update({ text, status, durationMs }: ItemOf<'reasoning'>): void {
    const isRunning = status === 'running';
    this.#label.textContent = isRunning
      ? 'Thinking…'
      : durationMs === undefined || durationMs < 1000
        ? 'Thought'
        : `Thought for ${duration(durationMs)}`;
    this.#markdown.set(text, !isRunning);
    this.#showText(text !== '');
    this.element.hidden = !isRunning && !this.#hasText && (durationMs ?? 0) < 1000;
  }

  append(field: ItemDelta['field'], delta: string): void {
    if (field !== 'text') return;
    this.#markdown.append(delta);
    this.#showText(true);
  }

  #showText(hasText: boolean): void {
    this.#hasText = hasText;
    this.#disclosure.button.disabled = !hasText;
  }
}
