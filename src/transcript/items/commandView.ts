import { commandInShell } from '../../base/shellCommand';
import type { ItemDelta } from '../../threads/history/threadHistory';
import { element, iconButton } from '../element';
import { stepDuration } from '../text/amounts';
import { shownCode, shownLine } from '../text/shownText';
import type { Tools } from '../tools';
import { Disclosure } from './disclosure';
import { keyOf } from './itemView';
import type { ItemOf, ItemPlace, ItemView } from './itemView';
import { OutputView } from './outputView';
import { StatusMark, statusWords } from './stepStatus';

/** What of a command stands on its line; the rest is inside. */
const MAX_LINE = 400;
const MAX_WHOLE = 64 * 1024;

/** `$ npm test`, with how it ended; inside, the whole command and what it wrote. */
export class CommandView implements ItemView<ItemOf<'command'>> {
  readonly element = element('div', 'step command');
  readonly #output: OutputView;
  readonly #disclosure: Disclosure;
  readonly #status = new StatusMark();
  readonly #line = element('code', 'step-label');
  readonly #facts = element('span', 'step-facts');
  readonly #whole = element('pre', 'whole-command');
  readonly #cwd = element('div', 'step-note');
  readonly #tools: Tools;
  readonly #noOutput = element('div', 'step-note');
  #command = '';

  constructor(tools: Tools, place: ItemPlace, item: ItemOf<'command'>) {
    this.#tools = tools;
    this.#output = new OutputView(tools, place, 'Output');
    this.#disclosure = new Disclosure(tools, {
      key: keyOf(place),
      header: [this.#status.element, this.#line, this.#facts],
      fill: (panel) => panel.append(this.#whole, this.#cwd, this.#output.element, this.#noOutput),
    });
    this.#disclosure.onDidToggle = () => this.#output.showEnd();
    const copy = iconButton('copy', 'Copy Command', () => tools.post({ type: 'copy', text: this.#command }));
    const row = element('div', 'step-row', this.#disclosure.button, copy);
    this.element.append(row, this.#disclosure.panel);
    this.update(item);
  }

  update(item: ItemOf<'command'>): void {
    const { cwd, output, outputLength, status } = item;
    const command = commandInShell(item.command);
    this.#command = command;
    this.#status.show(status);
    this.#line.textContent = `$ ${shownLine(command.slice(0, MAX_LINE))}`;
    this.#facts.replaceChildren(...factsOf(item));
    this.#whole.textContent = shownCode(
      command.length > MAX_WHOLE ? `${command.slice(0, MAX_WHOLE)}…` : command,
    );
    this.#whole.hidden = command.length <= 80 && !command.includes('\n');
    this.#cwd.hidden = cwd === undefined || cwd === this.#tools.cwd();
    this.#cwd.textContent = `in ${shownLine(cwd ?? '')}`;
    this.#output.set(output, outputLength);
    this.#showOutput(output !== '', status === 'running' ? 'No output yet' : 'No output');
  }

  append(field: ItemDelta['field'], delta: string): void {
    if (field !== 'output') return;
    this.#output.append(delta);
    this.#showOutput(true, '');
  }

  showWhole(output: string): void {
    this.#output.showWhole(output);
  }

  #showOutput(hasOutput: boolean, otherwise: string): void {
    this.#output.element.hidden = !hasOutput;
    this.#noOutput.hidden = hasOutput;
    this.#noOutput.textContent = otherwise;
  }
}

function factsOf({ exitCode, durationMs, status }: ItemOf<'command'>): HTMLElement[] {
  const facts: HTMLElement[] = [];
  if (exitCode !== undefined && exitCode !== 0) facts.push(element('span', 'failed', `exit ${exitCode}`));
  else if (status === 'declined' || status === 'interrupted')
    facts.push(element('span', '', statusWords(status).toLowerCase()));
  const time = stepDuration(durationMs);
  if (time !== undefined) facts.push(element('span', '', time));
  return facts;
}
