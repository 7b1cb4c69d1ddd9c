const newline = 0x0a;

/** What a {@link LineSplitter} calls, in the order of the stream. */
export interface LineSink {
  /** One line without its newline, as bytes: a character never spans two lines. */
  onLine(line: Buffer): void;
  /** A line longer than the limit went by and was dropped; `bytes` is its length. */
  onOverlongLine(bytes: number): void;
}

/**
 * Cuts a byte stream at 0x0A. Each byte is looked at once and copied at most once, however long a line is
 * and however many chunks it comes in. (Node's readline also splits at U+2028, which JSON text may contain.)
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #sink: LineSink;
  #pieces: Buffer[] = [];
  #length = 0;

  /** Lines of more than `limit` bytes are dropped, not kept in memory. */
  constructor(limit: number, sink: LineSink) {
    this.#limit = limit;
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#append(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
  }

  /** The stream has ended: what is left over counts as a line. */
  end(): void {
    if (this.#length > 0) this.#endLine();
  }

  #append(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#limit) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  #endLine(): void {
    const [only, ...others] = this.#pieces;
    const length = this.#length;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    if (length > this.#limit) this.#sink.onOverlongLine(length);
    else this.#sink.onLine(only !== undefined && others.length === 0 ? only : Buffer.concat(pieces, length));
  }
}
