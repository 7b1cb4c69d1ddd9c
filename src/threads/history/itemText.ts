import { optionalString } from '../../base/record';
import type { UnknownRecord } from '../../base/record';
import { MAX_OUTPUT } from './turn';

/** Characters that are kept of a message, a plan, a prompt…; codex itself takes at most 1 Mi of a prompt. */
export const MAX_TEXT = 4 * 1024 * 1024;

/** A field that is text, cut to {@link MAX_TEXT}; empty where there is none. */
export function textOf(record: UnknownRecord, key: string): string {
  return keepStart(optionalString(record[key]) ?? '');
}

/** The text without what goes beyond {@link MAX_TEXT}. */
export function keepStart(text: string): string {
  return text.length <= MAX_TEXT ? text : copyOf(text.slice(0, MAX_TEXT));
}

/** The text without its oldest part, where it is longer than `length` characters. */
export function keepEnd(text: string, length = MAX_OUTPUT): string {
  return text.length <= length ? text : copyOf(text.slice(-length));
}

/** The texts of a list of content parts, whatever else is among them as `[type]`. */
export function textOfParts(parts: unknown): string {
  if (typeof parts === 'string') return parts;
  if (!Array.isArray(parts)) return '';
  return parts.map(textOfPart).join('\n');
}

/** Indented JSON; empty for nothing and for an empty object. */
export function jsonText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value, null, 2);
  return text === '{}' ? '' : text;
}

function textOfPart(part: unknown): string {
  if (typeof part !== 'object' || part === null) return jsonText(part);
  const { text, type, path, name } = part as UnknownRecord;
  if (typeof text === 'string') return text;
  const kind = optionalString(type)?.slice(0, 40) ?? 'unknown';
  const what = optionalString(path) ?? optionalString(name);
  return what === undefined ? `[${kind}]` : `[${kind}: ${what}]`;
}

function copyOf(slice: string): string {
  // A slice keeps the whole of what it was cut from in memory.
  return Buffer.from(slice, 'utf16le').toString('utf16le');
}
