import type { ItemDelta } from '../threads/history/threadHistory';
import { element, setWaiting, textButton } from './element';
import { ItemSlot } from './items/itemSlot';
import { PromptView } from './items/promptView';
import type { TranscriptItem, TranscriptTurn } from './messages';
import { planView } from './planView';
import { shownLine } from './text/shownText';
import type { Tools } from './tools';
import { turnFooter } from './turnFooter';
import { turnTime } from './turnTime';

/** A turn: what the person said, what codex did, and how it ended. */
export class TurnView {
  readonly element = element('article', 'turn');
  readonly #tools: Tools;
  readonly #id: string;
  readonly #heading = element('h2', 'spoken');
  readonly #prompt = element('div', 'turn-prompt');
  readonly #items = element('div', 'items');
  /** Everything below the items. */
  readonly #end = element('div', 'turn-end');
  readonly #slots = new Map<string, ItemSlot>();
  /** Its steps were asked for, and have not come yet. */
  #isAsking = false;
  /** The button to ask for them again. */
  #again: HTMLButtonElement | undefined;
  #turn: TranscriptTurn;
  #promptView: PromptView | undefined;
  /** What the end was last drawn for. */
  #drawnEnd: string | undefined;

  constructor(tools: Tools, turn: TranscriptTurn, number: number) {
    this.#tools = tools;
    this.#id = turn.id;
    this.#turn = turn;
    this.#heading.id = `turn-${number}`;
    this.element.dataset.turnId = turn.id;
    this.element.setAttribute('aria-labelledby', this.#heading.id);
    this.element.append(this.#heading, this.#prompt, this.#items, this.#end);
    this.update(turn);
  }

  update(turn: TranscriptTurn): void {
    this.#turn = turn;
    this.#showPrompt(turn);
    this.#showItems(turn.items.filter((item, i) => i > 0 || !this.#isOwnPrompt(item)));
    this.#showEnd(turn);
    if (turn.hasAllItems) this.#hasSteps();
    else if (!this.#isAsking && this.#again === undefined)
      this.#tools.nearScreen.add(this.element, () => this.#loadItems());
  }

  /** Replaces the item of its id or adds it at the end. */
  updateItem(item: TranscriptItem): void {
    const slot = this.#slots.get(item.id);
    if (slot !== undefined) slot.update(item);
    else if (this.#slots.size > 0 || !this.#isOwnPrompt(item))
      this.#items.append(this.#addSlot(item).element);
  }

  /** What was asked for did not come: from now on there is a button for it. */
  allowAskingAgain(): void {
    if (!this.#isAsking) return;
    this.#isAsking = false;
    this.#again ??= textButton('link-button', ['Show All Steps'], () => this.#loadItems());
    setWaiting(this.#again, false);
    this.#end.before(this.#again);
  }

  remove(): void {
    this.#tools.nearScreen.delete(this.element);
    this.element.remove();
  }

  append(delta: ItemDelta): void {
    this.#slots.get(delta.itemId)?.append(delta);
  }

  showOutput(itemId: string, output: string): void {
    this.#slots.get(itemId)?.showWhole(output);
  }

  itemElement(itemId: string): HTMLElement | undefined {
    return this.#slots.get(itemId)?.element;
  }

  #showPrompt({ prompt, startedAt }: TranscriptTurn): void {
    const title = shownLine((prompt ?? '').slice(0, 200));
    this.#heading.textContent = title === '' ? 'Turn' : `You: ${title}`;
    this.#prompt.hidden = prompt === undefined;
    if (prompt === undefined) return;
    if (this.#promptView === undefined) {
      const place = { turnId: this.#id, itemId: '' };
      this.#promptView = new PromptView(this.#tools, place, { text: prompt });
      this.#prompt.append(this.#promptView.element);
    }
    this.#promptView.update({ text: prompt });
    this.#prompt.querySelector('time')?.remove();
    if (startedAt !== undefined) this.#prompt.append(turnTime(startedAt));
  }

  #showItems(items: readonly TranscriptItem[]): void {
    const wanted = new Set(items.map(({ id }) => id));
    for (const [id, slot] of this.#slots) {
      if (wanted.has(id)) continue;
      slot.element.remove();
      this.#slots.delete(id);
    }
    let next = this.#items.firstChild;
    for (const item of items) {
      const present = this.#slots.get(item.id);
      present?.update(item);
      const { element: own } = present ?? this.#addSlot(item);
      if (own === next) next = next.nextSibling;
      else this.#items.insertBefore(own, next);
    }
  }

  #addSlot(item: TranscriptItem): ItemSlot {
    const slot = new ItemSlot(this.#tools, { turnId: this.#id, itemId: item.id }, item);
    this.#slots.set(item.id, slot);
    return slot;
  }

  #showEnd(turn: TranscriptTurn): void {
    const { status, durationMs, error, totals, plan } = turn;
    const drawn = JSON.stringify([status, durationMs, error, totals, plan]);
    if (drawn === this.#drawnEnd) return;
    this.#drawnEnd = drawn;
    const parts = [
      turn.plan === undefined ? undefined : planView(turn.plan, turn.status === 'running'),
      turnFooter(turn, this.#tools.post),
    ];
    const hadFocus = this.#end.contains(document.activeElement);
    this.#end.replaceChildren(...parts.filter((part) => part !== undefined));
    if (hadFocus) this.element.querySelector('button')?.focus({ preventScroll: true });
  }

  #hasSteps(): void {
    this.#isAsking = false;
    this.#tools.nearScreen.delete(this.element);
    if (this.#again === undefined) return;
    const hadFocus = document.activeElement === this.#again;
    this.#again.remove();
    this.#again = undefined;
    if (hadFocus) this.element.querySelector('button')?.focus({ preventScroll: true });
  }

  #loadItems(): void {
    this.#isAsking = true;
    if (this.#again !== undefined) setWaiting(this.#again, true);
    this.#tools.post({ type: 'loadItems', turnId: this.#id });
  }

  /** Whether it is the prompt that began the turn, which stands above the items. */
  #isOwnPrompt(item: TranscriptItem): boolean {
    return item.kind === 'prompt' && item.text.trim() === this.#turn.prompt?.trim();
  }
}
