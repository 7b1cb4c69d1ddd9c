import { element, icon, textButton } from '../element';
import type { Content } from '../element';
import type { Tools } from '../tools';

export interface DisclosureOptions {
  /** By which it is remembered that it is open. */
  readonly key: string;
  /** What the button says; `element.ts` parts, no buttons. */
  readonly header: readonly Content[];
  /** Called once, when it is opened first, or earlier when there is time. */
  readonly fill: (panel: HTMLElement) => void;
}

/** A line that opens and closes what belongs to it. A search of the page looks inside, and opens it. */
export class Disclosure {
  readonly button: HTMLButtonElement;
  readonly panel = element('div', 'panel');
  readonly #tools: Tools;
  readonly #key: string;
  /** Called with each change of the person. */
  onDidToggle: (isOpen: boolean) => void = () => undefined;

  constructor(tools: Tools, { key, header, fill }: DisclosureOptions) {
    this.#tools = tools;
    this.#key = key;
    this.button = textButton('disclosure', [icon('chevron-right', 'chevron'), ...header], () =>
      this.#toggle(),
    );
    this.panel.addEventListener('beforematch', () => this.#show(true));
    tools.lazyFill.add(this.panel, () => fill(this.panel));
    this.#show(tools.saved.isOpen(key));
  }

  get isOpen(): boolean {
    return this.button.ariaExpanded === 'true';
  }

  #toggle(): void {
    const isOpen = !this.isOpen;
    this.#tools.saved.setOpen(this.#key, isOpen);
    this.#tools.follow.keepPlace(this.button, () => this.#show(isOpen));
    this.onDidToggle(isOpen);
  }

  #show(isOpen: boolean): void {
    if (isOpen) this.#tools.lazyFill.fill(this.panel);
    this.button.ariaExpanded = String(isOpen);
    // Unlike with `hidden` alone the browser's search finds what is inside.
    if (isOpen) this.panel.removeAttribute('hidden');
    else this.panel.setAttribute('hidden', 'until-found');
  }
}
