import type { FieldInput, FieldValue } from './askedForm';

/** What is typed into an input box. */
export type TypedInput = Extract<FieldInput, { kind: 'text' | 'number' }>;

/** Why what was typed is no answer; undefined when it is one. */
export function typedProblem(input: TypedInput, typed: string): string | undefined {
  return input.kind === 'text' ? textProblem(input, typed) : numberProblem(input, typed);
}

/** What was typed as the answer; only where {@link typedProblem} finds nothing. */
export function typedValue(input: TypedInput, typed: string): FieldValue {
  return input.kind === 'text' ? typed : Number(typed);
}

/** Why these are too few or too many of a list; undefined when they are not. */
export function chosenProblem(
  { min, max }: Extract<FieldInput, { kind: 'choices' }>,
  count: number,
): string | undefined {
  if (count < min) return `Choose at least ${min}.`;
  return count > max ? `Choose at most ${max}.` : undefined;
}

const FORMATS: Readonly<Record<string, { isOk: (text: string) => boolean; complaint: string }>> = {
  email: { isOk: (text) => /^[^\s@]+@[^\s@]+$/.test(text), complaint: 'This is no e-mail address.' },
  uri: { isOk: (text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text), complaint: 'This is no address of a page.' },
  date: { isOk: isDate, complaint: 'Write the date as 2030-12-31.' },
  'date-time': {
    isOk: (text) => isDate(text.slice(0, 10)) && /^.{10}T\d{2}:\d{2}/.test(text) && !isNaN(Date.parse(text)),
    complaint: 'Write the date and time as 2030-12-31T23:59:00Z.',
  },
};

function textProblem(
  { minLength, maxLength, format }: Extract<FieldInput, { kind: 'text' }>,
  typed: string,
): string | undefined {
  const { length } = Array.from(typed);
  if (length < minLength) return `Write at least ${counted(minLength)}.`;
  if (length > maxLength) return `Write at most ${counted(maxLength)}.`;
  const known = format !== undefined && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return known === undefined || known.isOk(typed) ? undefined : known.complaint;
}

function numberProblem(
  { isInteger, minimum, maximum }: Extract<FieldInput, { kind: 'number' }>,
  typed: string,
): string | undefined {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value)) return 'Write a number.';
  if (isInteger && !Number.isSafeInteger(value)) return 'Write a whole number.';
  if (value < minimum) return `Write a number from ${minimum}.`;
  return value > maximum ? `Write a number up to ${maximum}.` : undefined;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(text);
  return !isNaN(time) && new Date(time).toISOString().startsWith(text); // no 30th of February
}

function counted(characters: number): string {
  return characters === 1 ? '1 character' : `${characters} characters`;
}
