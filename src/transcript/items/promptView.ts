import { element, textButton } from '../element';
import { shownProse } from '../text/shownText';
import type { Tools } from '../tools';
import { keyOf } from './itemView';
import type { ItemPlace } from './itemView';

/** What is shown of a long prompt until the person asks for all of it. */
const MAX_LINES = 12;
const MAX_SHORT = 1_200;
const MAX_WHOLE = 1024 * 1024;

/** What the person said, as it was written. */
export class PromptView {
  readonly element = element('div', 'prompt');
  readonly #tools: Tools;
  readonly #key: string;
  #text: string | undefined;

  constructor(tools: Tools, place: ItemPlace, item: { readonly text: string }) {
    this.#tools = tools;
    this.#key = keyOf(place, 'prompt');
    this.update(item);
  }

  update({ text }: { readonly text: string }): void {
    if (text === this.#text) return;
    this.#text = text;
    const start = startOf(text);
    const isShort = start.length === text.length;
    this.#show(isShort || this.#tools.saved.isOpen(this.#key), text, start);
  }

  #show(isWhole: boolean, text: string, start: string): void {
    if (start.length === text.length) {
      this.element.replaceChildren(shownProse(text));
      return;
    }
    const toggle = textButton('link-button', [isWhole ? 'Show Less' : 'Show More'], () => {
      this.#tools.saved.setOpen(this.#key, !isWhole);
      this.#tools.follow.keepPlace(this.element, () => this.#show(!isWhole, text, start));
      this.element.querySelector('button')?.focus({ preventScroll: true });
    });
    this.element.replaceChildren(shownProse(isWhole ? text.slice(0, MAX_WHOLE) : `${start}…`), toggle);
  }
}

function startOf(text: string): string {
  const lines = text.slice(0, MAX_SHORT + 1).split('\n');
  const start = lines.slice(0, MAX_LINES).join('\n');
  // Not for the sake of a few words.
  return text.length <= MAX_SHORT && lines.length <= MAX_LINES + 3 ? text : start.slice(0, MAX_SHORT);
}
