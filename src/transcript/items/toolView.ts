import type { ItemDelta } from '../../threads/history/threadHistory';
import { element, icon } from '../element';
import { stepDuration } from '../text/amounts';
import { shownCode, shownLine } from '../text/shownText';
import type { Tools } from '../tools';
import { Disclosure } from './disclosure';
import { keyOf } from './itemView';
import type { ItemOf, ItemPlace, ItemView } from './itemView';
import { OutputView } from './outputView';
import { StatusMark } from './stepStatus';

const MAX_INPUT = 16 * 1024;

/** A call of a tool: its name, and inside what went in and what came out. */
export class ToolView implements ItemView<ItemOf<'tool'>> {
  readonly element = element('div', 'step tool');
  readonly #output: OutputView;
  readonly #status = new StatusMark();
  readonly #name = element('code', 'step-label');
  readonly #facts = element('span', 'step-facts');
  readonly #input = element('pre', 'whole-command');

  constructor(tools: Tools, place: ItemPlace, item: ItemOf<'tool'>) {
    this.#output = new OutputView(tools, place, 'Result');
    const disclosure = new Disclosure(tools, {
      key: keyOf(place),
      header: [this.#status.element, icon('tools', 'quiet'), this.#name, this.#facts],
      fill: (panel) => panel.append(this.#input, this.#output.element),
    });
    disclosure.onDidToggle = () => this.#output.showEnd();
    this.element.append(element('div', 'step-row', disclosure.button), disclosure.panel);
    this.update(item);
  }

  update({ name, input, output, outputLength, status, durationMs }: ItemOf<'tool'>): void {
    this.#status.show(status);
    this.#name.textContent = shownLine(name);
    this.#facts.textContent = stepDuration(durationMs) ?? '';
    this.#input.textContent = shownCode(input.length > MAX_INPUT ? `${input.slice(0, MAX_INPUT)}…` : input);
    this.#input.hidden = input === '';
    this.#output.set(output, outputLength);
    this.#output.element.hidden = output === '';
  }

  append(field: ItemDelta['field'], delta: string): void {
    if (field !== 'output') return;
    this.#output.append(delta);
    this.#output.element.hidden = false;
  }

  showWhole(output: string): void {
    this.#output.showWhole(output);
  }
}
