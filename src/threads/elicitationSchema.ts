import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import type { AskedField, FieldInput, FieldOption } from './askedForm';
import { multiLine, singleLine } from './threadTitle';

/**
 * The fields of the `requestedSchema` of an elicitation (MCP 2025-11-25: an object whose properties are
 * strings, numbers, booleans or lists of choices). A field of another type is left out when it may be; undefined
 * when it may not, or when that is no such schema.
 */
export function schemaFields(schema: unknown): AskedField[] | undefined {
  if (!isRecord(schema) || schema.type !== 'object' || !isRecord(schema.properties)) return undefined;
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const fields: AskedField[] = [];
  for (const [key, property] of Object.entries(schema.properties)) {
    const isRequired = required.includes(key);
    const input = isRecord(property) ? inputOf(property) : undefined;
    if (input !== undefined && isRecord(property)) fields.push(fieldOf(key, property, isRequired, input));
    else if (isRequired) return undefined;
  }
  const known = new Set<unknown>(fields.map(({ key }) => key));
  return required.every((key) => known.has(key)) ? fields : undefined;
}

function fieldOf(
  key: string,
  { title, description }: UnknownRecord,
  isRequired: boolean,
  input: FieldInput,
): AskedField {
  const label = singleLine(optionalString(title) ?? '') || singleLine(key) || 'Value';
  return { key, label, text: multiLine(optionalString(description) ?? '').trim(), isRequired, input };
}

function inputOf(property: UnknownRecord): FieldInput | undefined {
  switch (property.type) {
    case 'string':
      return choiceOf(property) ?? textOf(property);
    case 'number':
    case 'integer':
      return {
        kind: 'number',
        isInteger: property.type === 'integer',
        minimum: numberOr(property.minimum, -Infinity),
        maximum: numberOr(property.maximum, Infinity),
        initial: typeof property.default === 'number' ? property.default : undefined,
      };
    case 'boolean':
      return {
        kind: 'boolean',
        initial: typeof property.default === 'boolean' ? property.default : undefined,
      };
    case 'array':
      return choicesOf(property);
    default:
      return undefined;
  }
}

function textOf({ minLength, maxLength, format, default: initial }: UnknownRecord): FieldInput {
  return {
    kind: 'text',
    isSecret: false,
    minLength: numberOr(minLength, 0),
    maxLength: numberOr(maxLength, Infinity),
    format: optionalString(format),
    initial: optionalString(initial),
  };
}

function choiceOf(property: UnknownRecord): FieldInput | undefined {
  const options = namedOptions(property.enum, property.enumNames) ?? titledOptions(property.oneOf);
  if (options === undefined) return undefined;
  const initial = optionalString(property.default);
  return { kind: 'choice', options, hasOther: false, isSecret: false, initial };
}

function choicesOf({ items, minItems, maxItems, default: initial }: UnknownRecord): FieldInput | undefined {
  if (!isRecord(items)) return undefined;
  const options = namedOptions(items.enum, undefined) ?? titledOptions(items.anyOf ?? items.oneOf);
  if (options === undefined) return undefined;
  return {
    kind: 'choices',
    options,
    min: numberOr(minItems, 0),
    max: numberOr(maxItems, Infinity),
    initial: Array.isArray(initial) ? initial.filter((each) => typeof each === 'string') : [],
  };
}

/** `enum`, in the older form with the words for each in `enumNames`. */
function namedOptions(values: unknown, names: unknown): FieldOption[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const words: readonly unknown[] = Array.isArray(names) ? names : [];
  return optionsOf((values as unknown[]).map((value, i) => [value, words[i]]));
}

/** `oneOf` or `anyOf` of `{const, title}`. */
function titledOptions(values: unknown): FieldOption[] | undefined {
  if (!Array.isArray(values)) return undefined;
  return optionsOf(values.filter(isRecord).map((value) => [value.const, value.title]));
}

function optionsOf(pairs: readonly (readonly [value: unknown, title: unknown])[]): FieldOption[] | undefined {
  const options = pairs.flatMap(([value, title]) => {
    if (typeof value !== 'string') return [];
    const label = singleLine(optionalString(title) ?? '') || singleLine(value) || '(empty)';
    return [{ value, label, description: '' }];
  });
  return options.length === 0 ? undefined : options;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && !Number.isNaN(value) ? value : fallback;
}
