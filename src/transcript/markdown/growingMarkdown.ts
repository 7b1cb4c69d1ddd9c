import type { Token } from 'markdown-it';
import type { FramePart, Frames } from '../frames';
import { element } from '../element';
import { markdownNodes } from './markdownNodes';
import type { MarkdownParser } from './markdownParser';
import { patchNodes } from './patchNodes';

/** Characters that are parsed at once. A block that is longer is cut: a list or a paragraph of a whole book. */
const MAX_PIECE = 32 * 1024;

/** Blocks of a part: the browser need not look at parts that are away from the screen. */
const PART_BLOCKS = 20;

/** A definition of a link, which may stand behind its use. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

/** What a frame that took long is paid back with in pause, so that the page stays free for the person. */
const PAUSE_FACTOR = 3;
const LONG_MS = 4;

/**
 * A message in Markdown that may still grow. Blocks that are complete are drawn for good and not looked at
 * again: the cost of more text is that of the last block, not of the message.
 */
export class GrowingMarkdown implements FramePart {
  readonly element = element('div', 'markdown');
  readonly #parser: MarkdownParser;
  readonly #frames: Frames;
  #text = '';
  /** The end of the text, from the first block on that may still change. */
  #tail = '';
  /** Where blocks are added now. */
  #part = element('div');
  /** The last child of the part that is drawn for good. */
  #settled: ChildNode | null = null;
  #notBefore = 0;

  constructor(parser: MarkdownParser, frames: Frames) {
    this.element.append(this.#part);
    this.#parser = parser;
    this.#frames = frames;
  }

  /** More text; it is drawn with the next frame. */
  append(delta: string): void {
    const more = delta.replaceAll('\r', '');
    this.#text += more;
    this.#tail += more;
    this.#frames.request(this);
  }

  /** All of the text; what is not drawn at once comes with the next frames. */
  set(newText: string, isComplete: boolean): void {
    const text = newText.replaceAll('\r', '');
    const isSame = text === this.#text;
    const mayUseDefinitions = isComplete && text.length <= MAX_PIECE && DEFINITION.test(text);
    if (isSame && !mayUseDefinitions && this.#tail === '') return;
    if (mayUseDefinitions) this.#redraw(text);
    else if (!isSame) this.#restart(text);
    if (this.#drawPiece()) this.#frames.request(this);
  }

  drawFrame(now: number): boolean {
    if (now < this.#notBefore) return true;
    const start = performance.now();
    const isMore = this.#drawPiece();
    const took = performance.now() - start;
    if (took > LONG_MS) this.#notBefore = start + took * (1 + PAUSE_FACTOR);
    return isMore;
  }

  #restart(text: string): void {
    if (text.startsWith(this.#text)) this.#tail += text.slice(this.#text.length);
    else {
      this.#tail = text;
      this.#beginAnew();
    }
    this.#text = text;
  }

  #beginAnew(): void {
    const [first = this.#part] = this.element.children;
    if (first instanceof HTMLDivElement) this.#part = first;
    this.element.replaceChildren(this.#part);
    this.#settled = null;
  }

  #redraw(text: string): void {
    this.#text = text;
    this.#tail = '';
    this.#beginAnew();
    patchNodes(this.#part, null, markdownNodes(this.#parser.parse(text)));
    this.#settled = this.#part.lastChild;
  }

  /** True when there is more. */
  #drawPiece(): boolean {
    const isLong = this.#tail.length > MAX_PIECE;
    const piece = isLong ? this.#tail.slice(0, lineEnd(this.#tail, MAX_PIECE)) : this.#tail;
    const tokens = this.#parser.parse(piece);
    const last = lastBlock(tokens, piece);
    if (last.index > 0) this.#settle(tokens.slice(0, last.index), piece.length - last.text.length);
    if (!isLong) {
      patchNodes(this.#part, this.#settled, markdownNodes(tokens.slice(last.index)));
      return false;
    }
    if (last.index === 0) this.#cut(tokens, piece);
    return true;
  }

  #settle(tokens: readonly Token[], characters: number): void {
    patchNodes(this.#part, this.#settled, markdownNodes(tokens));
    this.#settled = this.#part.lastChild;
    this.#tail = this.#tail.slice(characters);
    if (this.#part.childElementCount >= PART_BLOCKS) this.#addPart();
  }

  #addPart(): void {
    this.#part.className = 'markdown-part';
    this.#part = element('div');
    this.#settled = null;
    this.element.append(this.#part);
  }

  /** Ends a block that is too long; code goes on as code. */
  #cut(tokens: readonly Token[], piece: string): void {
    const [block] = tokens;
    this.#settle(tokens, piece.length);
    if (block?.type === 'fence') this.#tail = `${block.markup}${block.info}\n${this.#tail}`;
  }
}

/**
 * The last block that stays the last whatever comes: one that begins in a line which is not complete may yet turn
 * out to belong to the one before.
 */
function lastBlock(tokens: readonly Token[], text: string): { index: number; text: string } {
  const lines = text.split('\n');
  for (let i = tokens.length - 1; i > 0; i--) {
    const token = tokens[i];
    if (token?.level !== 0 || token.nesting === -1 || token.map === null) continue;
    const [line] = token.map;
    if (line < lines.length - 1) return { index: i, text: lines.slice(line).join('\n') };
  }
  return { index: 0, text };
}

/** After the last line break before `end`, else `end`, never between the halves of a character. */
function lineEnd(text: string, end: number): number {
  const lineBreak = text.lastIndexOf('\n', end - 1);
  if (lineBreak > 0) return lineBreak + 1;
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
