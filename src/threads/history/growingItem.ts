import { keepEnd, MAX_TEXT } from './itemText';
import { MAX_OUTPUT } from './turn';
import type { HistoryItem } from './turn';

/** Beyond {@link MAX_OUTPUT}, before the oldest part is cut off: a cut for each piece would copy it each time. */
const OUTPUT_SLACK = MAX_OUTPUT / 4;

/** What a piece did to the text: it added this to its end, or replaced it, or nothing. */
export type Growth = { readonly delta: string } | 'replaced' | 'nothing';

/**
 * An item of a running turn. What is streamed is joined as the engine joins strings, without a copy for each
 * piece; the item itself is made when somebody wants to see it.
 */
export class GrowingItem {
  #item: HistoryItem;
  #text = '';
  #isStale = false;
  #isCompleted = false;
  /** Which part of a reasoning summary grows; undefined while the raw reasoning stands in for one. */
  #part: number | undefined;

  constructor(item: HistoryItem) {
    this.#item = item;
    this.#text = grownText(item) ?? '';
  }

  /** As it is now; the same object until something changes. */
  get item(): HistoryItem {
    if (this.#isStale) {
      this.#isStale = false;
      this.#item = withText(this.#item, this.#text);
    }
    return this.#item;
  }

  /** `item/started`, which may come after the first piece. */
  start(item: HistoryItem): void {
    if (!this.#isCompleted) this.#replace(item);
  }

  /** `item/completed`: what it says counts, unless it says nothing of what was streamed. */
  complete(item: HistoryItem): void {
    this.#replace(item);
    this.#isCompleted = true;
    this.#item = this.item;
    this.#text = '';
  }

  /** Lets the end of the turn close it; true when that changed something. */
  close(closed: (item: HistoryItem) => HistoryItem): boolean {
    const before = this.item;
    this.#item = closed(before);
    return this.#item !== before;
  }

  /** Keeps the last `length` characters of its output, which is complete. */
  cutOutput(length: number): void {
    const { item } = this;
    if ('output' in item) this.#item = { ...item, output: keepEnd(item.output, length) };
  }

  /** A piece of its text or output. */
  add(piece: string): Growth {
    const text = grownText(this.#item);
    if (this.#isCompleted || text === undefined || piece === '') return 'nothing';
    if (this.#item.kind !== 'command' && this.#text.length + piece.length > MAX_TEXT) return 'nothing';
    this.#text += piece;
    if (this.#text.length > MAX_OUTPUT + OUTPUT_SLACK && this.#item.kind === 'command') {
      this.#text = keepEnd(this.#text);
    }
    this.#isStale = true;
    return { delta: piece };
  }

  /** A piece of part `index` of a reasoning's summary: parts are paragraphs. */
  addSummary(piece: string, index: number): Growth {
    if (this.#isCompleted || piece === '') return 'nothing';
    const isRaw = this.#part === undefined && this.#text !== '';
    const isNewPart = this.#part !== index && this.#text !== '';
    this.#part = index;
    if (!isRaw) return this.add(isNewPart ? `\n\n${piece}` : piece);
    this.#text = '';
    return this.add(piece) === 'nothing' ? 'nothing' : 'replaced';
  }

  /** A piece of the raw reasoning, which counts until there is a summary. */
  addRawReasoning(piece: string): Growth {
    return this.#part === undefined ? this.add(piece) : 'nothing';
  }

  #replace(item: HistoryItem): void {
    const text = grownText(item);
    this.#item = item;
    this.#isStale = text === '' && this.#text !== '';
    if (text !== undefined && text !== '') this.#text = text;
  }
}

/** The text of an item that may be streamed. */
function grownText(item: HistoryItem): string | undefined {
  switch (item.kind) {
    case 'message':
    case 'reasoning':
    case 'plan':
      return item.text;
    case 'command':
      return item.output;
    default:
      return undefined;
  }
}

function withText(item: HistoryItem, text: string): HistoryItem {
  switch (item.kind) {
    case 'message':
    case 'reasoning':
    case 'plan':
      return { ...item, text };
    case 'command':
      return { ...item, output: keepEnd(text) };
    default:
      return item;
  }
}
