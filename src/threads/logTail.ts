import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../base/userError';

/** One log file as last seen. */
interface LogPart {
  readonly file: string;
  /** Tells a file from another one that took its place. */
  readonly ino: number;
  readonly size: number;
}

/**
 * The end of a thread's logs, kept up to date by `refresh` at the cost of what was added. Logs only grow;
 * when they do anything else, their end is read anew.
 */
export class LogTail {
  /** Log files, or folders of log files, oldest first; they need not exist. */
  readonly paths: readonly string[];
  readonly #maxBytes: number;
  #parts: readonly LogPart[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #text: string | undefined;

  constructor(paths: readonly string[], maxBytes: number) {
    this.paths = paths;
    this.#maxBytes = maxBytes;
  }

  /** What is there, from the start of a line; preceded by a note where it is not the whole. */
  get text(): string {
    return (this.#text ??= this.#decode());
  }

  /** Reads what was added. True when `text` has changed. */
  async refresh(): Promise<boolean> {
    const parts = await this.#list();
    const [oldLast, newLast] = [this.#parts.at(-1), parts.at(-1)];
    const isSameButLast =
      parts.length === this.#parts.length &&
      parts.every((part, i) => part.file === this.#parts[i]?.file && part.ino === this.#parts[i].ino) &&
      parts.slice(0, -1).every((part, i) => part.size === this.#parts[i]?.size);
    if (isSameButLast && oldLast?.size === newLast?.size) return false;
    if (isSameButLast && oldLast !== undefined && newLast !== undefined && newLast.size > oldLast.size) {
      this.#keep(Buffer.concat([this.#bytes, await this.#read(newLast, oldLast.size)]));
    } else {
      await this.#readAll(parts);
    }
    this.#parts = parts;
    this.#text = undefined;
    return true;
  }

  async #readAll(parts: readonly LogPart[]): Promise<void> {
    const chunks: Buffer[] = [];
    let room = this.#maxBytes;
    for (const part of [...parts].reverse()) {
      if (room <= 0) break;
      const chunk = await this.#read(part, Math.max(0, part.size - room));
      chunks.unshift(chunk);
      room -= chunk.length;
    }
    this.#keep(Buffer.concat(chunks));
  }

  /** The bytes of a part from `from` to its known size. */
  async #read(part: LogPart, from: number): Promise<Buffer> {
    const start = Math.max(from, part.size - this.#maxBytes);
    const buffer = Buffer.alloc(part.size - start);
    const handle = await open(part.file, 'r');
    try {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  #decode(): string {
    const total = this.#parts.reduce((sum, part) => sum + part.size, 0);
    if (total <= this.#bytes.length) return this.#bytes.toString('utf8');
    const firstLine = this.#bytes.indexOf(0x0a) + 1;
    const where = this.#parts.map((part) => part.file).join(', ');
    return `[Only the end is shown. All of it: ${where}]\n${this.#bytes.subarray(firstLine).toString('utf8')}`;
  }

  #keep(bytes: Buffer): void {
    this.#bytes = bytes.length > this.#maxBytes ? bytes.subarray(bytes.length - this.#maxBytes) : bytes;
  }

  async #list(): Promise<LogPart[]> {
    const parts: LogPart[] = [];
    for (const path of this.paths) {
      const found = await unlessMissing(stat(path));
      if (found?.isFile() === true) parts.push({ file: path, ino: found.ino, size: found.size });
      if (found?.isDirectory() === true) parts.push(...(await this.#listFolder(path)));
    }
    return parts;
  }

  async #listFolder(folder: string): Promise<LogPart[]> {
    const names = ((await unlessMissing(readdir(folder))) ?? [])
      .filter((name) => name.endsWith('.log'))
      .sort();
    const parts: LogPart[] = [];
    for (const name of names) {
      const file = join(folder, name);
      const found = await unlessMissing(stat(file));
      if (found?.isFile() === true) parts.push({ file, ino: found.ino, size: found.size });
    }
    return parts;
  }
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
