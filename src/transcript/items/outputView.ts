import type { FramePart } from '../frames';
import { element, setWaiting, textButton } from '../element';
import { MAX_SHOWN_OUTPUT } from '../messages';
import { styledTexts } from '../text/ansi';
import type { AnsiStyle } from '../text/ansi';
import { size } from '../text/amounts';
import { outputLines } from '../text/outputLines';
import { shownCode } from '../text/shownText';
import type { Tools } from '../tools';
import type { ItemPlace } from './itemView';

/** Characters of a piece: what is drawn anew when more comes. */
const MAX_PIECE = 8 * 1024;

const PIECES_A_FRAME = 4;

/** What is shown of a whole output, in characters. */
const MAX_WHOLE = 1024 * 1024;

interface Piece {
  readonly element: HTMLElement;
  text: string;
}

/** What a command or a tool wrote: its end, and all of it when asked for. */
export class OutputView implements FramePart {
  readonly element = element('div', 'output');
  readonly #tools: Tools;
  readonly #place: ItemPlace;
  readonly #scroller = element('pre', 'output-text');
  readonly #showAll: HTMLButtonElement;
  readonly #undrawn = new Set<Piece>();
  #pieces: Piece[] = [];
  /** Characters of the whole output. */
  #total = 0;
  /** Characters of the pieces. */
  #length = 0;
  #isWhole = false;
  /** What it was set to last, without what was added. */
  #source: string | undefined;

  constructor(tools: Tools, place: ItemPlace, label: string) {
    this.#tools = tools;
    this.#place = place;
    this.#scroller.tabIndex = 0;
    this.#scroller.role = 'region';
    this.#scroller.ariaLabel = label;
    this.#showAll = textButton('link-button', [], () => this.#askForAll());
    this.element.append(this.#showAll, this.#scroller);
  }

  /** `total`: how long the whole output is, where `output` is only its end. */
  set(output: string, total: number | undefined): void {
    if (output === this.#source) return;
    this.#source = output;
    this.#total = Math.max(total ?? 0, output.length);
    this.#pieces = [];
    this.#length = 0;
    this.#undrawn.clear();
    this.#scroller.replaceChildren();
    this.#add(outputLines(output.slice(-this.#limit)));
    this.#changed();
  }

  append(delta: string): void {
    this.#source = undefined;
    this.#total += delta.length;
    this.#add(delta);
    this.#changed();
  }

  showWhole(output: string): void {
    this.#isWhole = true;
    this.#source = undefined;
    if (document.activeElement === this.#showAll) this.#scroller.focus({ preventScroll: true });
    this.set(output, undefined);
  }

  drawFrame(): boolean {
    const isAtEnd = this.#isAtEnd();
    // The last first: they are what is on the screen.
    for (const piece of [...this.#undrawn].slice(-PIECES_A_FRAME)) {
      this.#undrawn.delete(piece);
      drawPiece(piece);
    }
    if (isAtEnd) this.showEnd();
    return this.#undrawn.size > 0;
  }

  showEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  get #limit(): number {
    return this.#isWhole ? MAX_WHOLE : MAX_SHOWN_OUTPUT;
  }

  #askForAll(): void {
    setWaiting(this.#showAll, true);
    this.#tools.post({ type: 'loadOutput', ...this.#place });
  }

  #add(text: string): void {
    let rest = text;
    while (rest !== '') {
      const last = this.#pieces.at(-1);
      const piece = last === undefined || last.text.length >= MAX_PIECE ? this.#newPiece() : last;
      const end = pieceEnd(rest, MAX_PIECE - piece.text.length);
      piece.text += rest.slice(0, end);
      this.#length += end;
      this.#undrawn.add(piece);
      rest = rest.slice(end);
    }
    this.#dropOldest();
  }

  #newPiece(): Piece {
    const piece = { element: element('span', 'output-piece'), text: '' };
    this.#pieces.push(piece);
    this.#scroller.append(piece.element);
    return piece;
  }

  #dropOldest(): void {
    for (;;) {
      const [oldest] = this.#pieces;
      if (oldest === undefined || this.#length - oldest.text.length < this.#limit) return;
      this.#pieces.shift();
      this.#undrawn.delete(oldest);
      oldest.element.remove();
      this.#length -= oldest.text.length;
    }
  }

  #changed(): void {
    const isCut = !this.#isWhole && (this.#total > this.#length || this.#length >= MAX_SHOWN_OUTPUT);
    this.#showAll.hidden = !isCut;
    this.#showAll.textContent =
      this.#total > MAX_SHOWN_OUTPUT ? `Show All (${size(this.#total)})` : 'Show All';
    this.#tools.frames.request(this);
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < 8;
  }
}

/** After a line break if there is one near, so that pieces are lines. */
function pieceEnd(text: string, room: number): number {
  if (text.length <= room) return text.length;
  const lineBreak = text.lastIndexOf('\n', room - 1);
  return lineBreak > 0 ? lineBreak + 1 : room;
}

function drawPiece(piece: Piece): void {
  const nodes = styledTexts(outputLines(piece.text)).map(({ text, style }) => {
    const className = classesOf(style);
    return className === '' ? shownCode(text) : element('span', className, shownCode(text));
  });
  piece.element.replaceChildren(...nodes);
}

function classesOf({ colour, isBold, isDim, isItalic, isUnderlined }: AnsiStyle): string {
  return [
    colour === undefined ? '' : `ansi-${colour}`,
    isBold ? 'bold' : '',
    isDim ? 'dim' : '',
    isItalic ? 'italic' : '',
    isUnderlined ? 'underlined' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
}
