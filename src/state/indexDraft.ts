import { isRecord, type UnknownRecord } from '../base/record';
import { isSafeId } from './ids';

/**
 * The content of a `threads.json` while it is being changed. Keys and fields that we do not know, and entries
 * that we cannot use, are kept as they are. A map, so that no key can reach an object's prototype.
 */
export class IndexDraft {
  readonly #values: Map<string, unknown>;

  constructor(raw: UnknownRecord) {
    this.#values = new Map(Object.entries(raw));
  }

  /** True for every key in the file, also of an entry that we cannot use. */
  has(shortId: string): boolean {
    return this.#values.has(shortId);
  }

  /** The entry as it stands in the file; undefined when missing or not an object. */
  get(shortId: string): Readonly<UnknownRecord> | undefined {
    const value = this.#values.get(shortId);
    return isRecord(value) ? value : undefined;
  }

  /** Adds an entry, or replaces the one that is there. */
  set(shortId: string, entry: UnknownRecord): void {
    this.#values.set(shortId, entry);
  }

  /** Sets these fields of an entry and keeps its others. False, and nothing done, when there is no such entry. */
  patch(shortId: string, fields: UnknownRecord): boolean {
    const entry = this.get(shortId);
    if (entry === undefined) return false;
    this.#values.set(shortId, { ...entry, ...fields });
    return true;
  }

  delete(shortId: string): boolean {
    return this.#values.delete(shortId);
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  /** The short id of a thread; a key that is no usable id does not count. */
  findByThreadId(threadId: string): string | undefined {
    return this.keys().find((key) => isSafeId(key) && this.get(key)?.threadId === threadId);
  }

  /** The text of the file: two blanks of indent, no newline at the end, as the CLI writes it. */
  serialise(): string {
    // `fromEntries` defines properties and never assigns, so that a `__proto__` key stays a plain key.
    return JSON.stringify(Object.fromEntries(this.#values), null, 2);
  }
}
