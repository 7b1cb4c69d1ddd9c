import { isDeepStrictEqual } from 'node:util';
import { parseIndex, type CorruptIndex, type IndexEntry, type ParsedIndex } from './threadIndex';

/** By short id. Entries that did not change since the parse before are the same objects. */
export interface IndexEntries {
  readonly kind: 'ok';
  readonly entries: ReadonlyMap<string, IndexEntry>;
}

interface Known {
  readonly entries: Map<string, IndexEntry>;
  readonly skipped: Set<string>;
  /** Of a large index only. */
  readonly text: KnownText | undefined;
}

interface KnownText {
  readonly bytes: Buffer;
  /** The braces of the index and the commas between its members. */
  readonly separators: () => readonly number[] | undefined;
}

/** A smaller index (in bytes) is parsed within a millisecond: not worth the memory. */
const worthwhile = 65_536;

/**
 * Parses one index again and again. Every writer replaces the whole file for a change of one entry, so of a
 * large one only the members around what differs from the last time are parsed; the others are known.
 */
export class IndexParser {
  readonly #smallest: number;
  #known: Known = { entries: new Map(), skipped: new Set(), text: undefined };

  constructor(smallest = worthwhile) {
    this.#smallest = smallest;
  }

  /** Keeps `bytes`, which must not change any more. Never throws. */
  parse(bytes: Buffer): IndexEntries | CorruptIndex {
    const { text } = this.#known;
    if (text?.bytes.equals(bytes) !== true) {
      const known = (text && patched(this.#known, text, bytes)) ?? this.#parseWhole(bytes);
      if (known.kind === 'corrupt') return known;
      this.#known = known;
    }
    return { kind: 'ok', entries: this.#known.entries };
  }

  #parseWhole(bytes: Buffer): (Known & { kind: 'ok' }) | CorruptIndex {
    const parsed = parseIndex(bytes.toString('utf8'));
    if (parsed.kind === 'corrupt') return parsed;
    const entries = new Map(parsed.entries);
    for (const [key, before] of this.#known.entries) {
      const entry = entries.get(key);
      if (entry !== undefined) entries.set(key, sameOrNew(before, entry));
    }
    const skipped = new Set(parsed.skipped);
    const memberCount = entries.size + skipped.size;
    const text = { bytes, separators: () => separatorsOfWhole(bytes, memberCount) };
    return { kind: 'ok', entries, skipped, text: bytes.length < this.#smallest ? undefined : text };
  }
}

function sameOrNew(before: IndexEntry | undefined, entry: IndexEntry): IndexEntry {
  if (before === undefined) return entry;
  try {
    return isDeepStrictEqual(before.raw, entry.raw) ? before : entry;
  } catch {
    return entry; // nested deeper than can be compared: taken for changed
  }
}

/**
 * What is known after the change to `bytes`; undefined when that takes a parse of the whole. Members between
 * separators that both texts have are the same, and what stands between two separators is a list of members
 * if it is one in braces of its own. Changes the maps of `known`.
 */
function patched(known: Known, text: KnownText, bytes: Buffer): (Known & { kind: 'ok' }) | undefined {
  const separators = text.separators();
  const span = separators === undefined ? undefined : changedSpan(text.bytes, bytes, separators);
  if (separators === undefined || span === undefined) return undefined;
  const { first, last, from, to } = span;
  const growth = bytes.length - text.bytes.length;
  const before = parseIndex(`{${text.bytes.toString('utf8', from, to)}}`);
  const after = parseIndex(`{${bytes.toString('utf8', from, to + growth)}}`);
  if (before.kind !== 'ok' || after.kind !== 'ok') return undefined;
  const inner = separatorsBetween(bytes, from, to + growth);
  if (inner.length + 1 !== after.entries.size + after.skipped.length) return undefined;
  if (!replaceMembers(known, before, after)) return undefined;
  const rest = separators.slice(last).map((position) => position + growth);
  const all = separators.slice(0, first + 1).concat(inner, rest);
  return {
    kind: 'ok',
    entries: known.entries,
    skipped: known.skipped,
    text: { bytes, separators: () => all },
  };
}

/** False, and nothing is done, when a key would stand twice: the last one counts, and that may be the other. */
function replaceMembers({ entries, skipped }: Known, before: ParsedIndex, after: ParsedIndex): boolean {
  const gone = new Set([...before.entries.keys(), ...before.skipped]);
  const isElsewhere = (key: string): boolean => !gone.has(key) && (entries.has(key) || skipped.has(key));
  if ([...after.entries.keys(), ...after.skipped].some(isElsewhere)) return false;
  for (const key of gone) {
    skipped.delete(key);
    if (!after.entries.has(key)) entries.delete(key);
  }
  for (const [key, entry] of after.entries) entries.set(key, sameOrNew(entries.get(key), entry));
  for (const key of after.skipped) skipped.add(key);
  return true;
}

interface Span {
  /** Which separators the changed members stand between. */
  readonly first: number;
  readonly last: number;
  /** Where those members stand in the text before. */
  readonly from: number;
  readonly to: number;
}

/** Undefined when no two separators enclose the change. */
function changedSpan(before: Buffer, after: Buffer, separators: readonly number[]): Span | undefined {
  const shorter = Math.min(before.length, after.length);
  const head = commonHead(before, after, shorter);
  const tail = commonTail(before, after, shorter - head);
  const first = separators.findLastIndex((position) => position < head);
  const last = separators.findIndex((position) => position >= before.length - tail);
  const [start, to] = [separators[first], separators[last]];
  return start === undefined || to === undefined ? undefined : { first, last, from: start + 1, to };
}

/** Undefined when a key stands twice, which the count of members tells. */
function separatorsOfWhole(bytes: Buffer, memberCount: number): readonly number[] | undefined {
  const start = bytes.indexOf('{');
  const end = bytes.lastIndexOf('}');
  const separators = [start].concat(separatorsBetween(bytes, start + 1, end), end);
  return separators.length - 1 === memberCount ? separators : undefined;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];

/** Where the commas are that stand in no string and in no further brackets. The JSON must be valid. */
function separatorsBetween(bytes: Buffer, from: number, to: number): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === quote) i = endOfString(bytes, i + 1);
    else if (byte === comma && depth === 0) found.push(i);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return found;
}

function endOfString(bytes: Buffer, from: number): number {
  let i = from;
  while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1;
  return i;
}

/** In bytes. Compares pieces first, which the system does much faster than we could. */
const piece = 16_384;

function commonHead(a: Buffer, b: Buffer, limit: number): number {
  let i = 0;
  while (i + piece <= limit && a.compare(b, i, i + piece, i, i + piece) === 0) i += piece;
  while (i < limit && a[i] === b[i]) i++;
  return i;
}

function commonTail(a: Buffer, b: Buffer, limit: number): number {
  let i = 0;
  const isSame = (end: number): boolean => {
    const [endOfA, endOfB] = [a.length - i, b.length - i];
    return a.compare(b, endOfB - end, endOfB, endOfA - end, endOfA) === 0;
  };
  while (i + piece <= limit && isSame(piece)) i += piece;
  while (i < limit && a[a.length - 1 - i] === b[b.length - 1 - i]) i++;
  return i;
}
