import { isRecord, optionalString } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { questionsSummary } from './approvalText';
import type { AskedField, FieldOption, FormValues } from './askedForm';
import type { ServerApproval } from './serverApproval';
import { multiLine, singleLine } from './threadTitle';

/** The longest time of a timer, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * `item/tool/requestUserInput`: questions of the model. Undefined where it asks nothing that can be answered.
 * Codex (0.169) passes an answer without words for a question on to the model as just that.
 */
export function userInputQuestions(params: UnknownRecord): Omit<ServerApproval, 'codexId'> | undefined {
  const fields = fieldsOf(params.questions);
  if (fields.length === 0) return undefined;
  const requestedAt = Date.now();
  const { autoResolutionMs: ms } = params;
  const deadline = isDuration(ms) ? requestedAt + ms : undefined;
  return {
    approval: {
      kind: 'questions',
      summary: questionsSummary(fields.map(({ label, text }) => text || label)),
      reason: undefined,
      form: { fields, deadline },
      decisions: ['decline'],
      requestedAt,
    },
    file: undefined,
    toAnswer: (decision, values) => ({ answers: decision === 'accept' ? answersOf(values) : {} }),
  };
}

function fieldsOf(questions: unknown): AskedField[] {
  if (!Array.isArray(questions)) return [];
  const fields = new Map<string, AskedField>();
  for (const field of questions.filter(isRecord).flatMap((each) => fieldOf(each) ?? [])) {
    if (!fields.has(field.key)) fields.set(field.key, field);
  }
  return [...fields.values()];
}

function fieldOf(question: UnknownRecord): AskedField | undefined {
  const key = optionalString(question.id);
  const text = multiLine(optionalString(question.question) ?? '').trim();
  const label = singleLine(optionalString(question.header) ?? '') || singleLine(text);
  if (key === undefined || label === '') return undefined;
  const isSecret = question.isSecret === true;
  const options = optionsOf(question.options);
  const [isRequired, initial] = [true, undefined];
  if (options.length === 0) {
    const length = { minLength: 1, maxLength: Infinity, format: undefined };
    return { key, label, text, isRequired, input: { kind: 'text', isSecret, ...length, initial } };
  }
  const hasOther = question.isOther === true;
  return { key, label, text, isRequired, input: { kind: 'choice', options, hasOther, isSecret, initial } };
}

function optionsOf(options: unknown): FieldOption[] {
  if (!Array.isArray(options)) return [];
  return options.filter(isRecord).flatMap(({ label: value, description }) => {
    const label = singleLine(optionalString(value) ?? '');
    if (typeof value !== 'string' || label === '') return [];
    return [{ value, label, description: singleLine(optionalString(description) ?? '') }];
  });
}

function answersOf(values: FormValues = new Map()): object {
  return Object.fromEntries([...values].map(([key, value]) => [key, { answers: [String(value)] }]));
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= LONGEST_MS;
}
