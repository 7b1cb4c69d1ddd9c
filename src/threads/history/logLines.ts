import { open, stat } from 'node:fs/promises';
import { errorCode } from '../../base/userError';

/** How much of a log is read at most (bytes), and at once. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The lines of a log that grows, each once, at the cost of what was added. */
export class LogLines {
  readonly #file: string;
  readonly #maxBytes: number;
  #next: number;
  #ino: number | undefined;
  /** The beginning of a line whose end is not written yet. */
  #rest: Buffer = Buffer.alloc(0);

  /** @param offset where its part of the log begins, in bytes */
  constructor(file: string, offset = 0, maxBytes = MAX_BYTES) {
    this.#file = file;
    this.#next = offset;
    this.#maxBytes = maxBytes;
  }

  /**
   * What was added since; of very long logs the end. None while there is no file, and none of one that took its
   * place. @throws a Node error when it cannot be read
   */
  async read(): Promise<string[]> {
    const found = await stat(this.#file).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    });
    if (found?.isFile() !== true || found.size <= this.#next) return [];
    this.#ino ??= found.ino;
    if (this.#ino !== found.ino) return [];
    const start = Math.max(this.#next, found.size - this.#maxBytes);
    const bytes = await readBytes(this.#file, start, found.size - start);
    const isCut = start > this.#next;
    this.#next = start + bytes.length;
    return this.#split(bytes, isCut);
  }

  /** Whole lines; a character may be cut at the end of what was read, but never at a line's. */
  #split(bytes: Buffer, isCut: boolean): string[] {
    const all = isCut ? bytes.subarray(bytes.indexOf(0x0a) + 1) : Buffer.concat([this.#rest, bytes]);
    const end = all.lastIndexOf(0x0a);
    this.#rest = all.subarray(end + 1);
    return end < 0 ? [] : all.toString('utf8', 0, end).split('\n');
  }
}

async function readBytes(file: string, start: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
