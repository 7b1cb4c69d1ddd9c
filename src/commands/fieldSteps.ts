import * as vscode from 'vscode';
import type { AskedField, FieldOption, FieldValue } from '../threads/askedForm';
import { chosenProblem, typedProblem, typedValue } from '../threads/fieldValue';
import type { TypedInput } from '../threads/fieldValue';
import { singleLine } from '../threads/threadTitle';
import { messages, plainText } from '../vscode/messages';

/** Where a question stands among others, and what was answered when it was asked before. */
export interface StepPlace {
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly previous: FieldValue | undefined;
  /** Until when there is time, as a sentence. */
  readonly deadline: string | undefined;
}

/** How a question was left; an answer of undefined is an optional field that stays empty. */
export type StepEnd =
  | { readonly kind: 'answered'; readonly value: FieldValue | undefined }
  | { readonly kind: 'back' }
  | { readonly kind: 'left' };

type Entry = vscode.QuickPickItem & { readonly value: FieldValue | undefined };

/** What fits into the placeholder of a list, which is one line. */
const MAX_PLACEHOLDER = 80;

/** Asks one question with VS Code's own inputs. */
export async function askField(field: AskedField, place: StepPlace): Promise<StepEnd> {
  const { input } = field;
  switch (input.kind) {
    case 'text':
    case 'number':
      return await typeIn(field, input, place);
    case 'boolean':
      return await chooseOne(field, place, booleans(), input.initial);
    case 'choices':
      return await chooseMany(field, input, place);
    case 'choice':
      return input.hasOther
        ? await chooseOrType(field, input.options, input.isSecret, place)
        : await chooseOne(field, place, entriesOf(input.options), input.initial);
  }
}

async function chooseOrType(
  field: AskedField,
  options: readonly FieldOption[],
  isSecret: boolean,
  place: StepPlace,
): Promise<StepEnd> {
  const other: Entry = { label: '$(edit) Other…', alwaysShow: true, value: undefined };
  const text = { kind: 'text', isSecret, format: undefined, initial: undefined } as const;
  for (;;) {
    const entries = entriesOf(options);
    const pick = pickOf(field, place, [...entries, other]);
    const before = entries.find(({ value }) => value === place.previous);
    if (place.previous !== undefined) pick.activeItems = [before ?? other];
    const end = await ended(pick, () => pick.selectedItems[0]);
    if (end.kind !== 'accepted') return end;
    if (end.value !== other) return { kind: 'answered', value: end.value.value };
    const previous = before === undefined ? place.previous : undefined;
    const input = { ...text, minLength: 1, maxLength: Infinity };
    const typed = await typeIn(field, input, { ...place, previous }, true);
    if (typed.kind !== 'back') return typed;
  }
}

async function chooseOne(
  field: AskedField,
  place: StepPlace,
  entries: readonly Entry[],
  initial: FieldValue | undefined,
): Promise<StepEnd> {
  const none: Entry = { label: '$(circle-slash) Leave Empty', alwaysShow: true, value: undefined };
  const pick = pickOf(field, place, field.isRequired ? entries : [...entries, none]);
  const active = entries.find(({ value }) => value === (place.previous ?? initial));
  if (active !== undefined) pick.activeItems = [active];
  const end = await ended(pick, () => pick.selectedItems[0]);
  return end.kind === 'accepted' ? { kind: 'answered', value: end.value.value } : end;
}

async function chooseMany(
  field: AskedField,
  input: Extract<AskedField['input'], { kind: 'choices' }>,
  place: StepPlace,
): Promise<StepEnd> {
  const entries = entriesOf(input.options);
  const pick = pickOf(field, place, entries);
  const chosen = Array.isArray(place.previous) ? place.previous : input.initial;
  pick.canSelectMany = true;
  pick.selectedItems = entries.filter(({ value }) => chosen.includes(String(value)));
  const end = await ended(pick, () => {
    const values = pick.selectedItems.map(({ value }) => String(value));
    if (values.length === 0 && !field.isRequired) return { value: undefined };
    const problem = chosenProblem(input, values.length);
    if (problem === undefined) return { value: values };
    pick.placeholder = problem;
    return undefined;
  });
  return end.kind === 'accepted' ? { kind: 'answered', value: end.value.value } : end;
}

/** `isDetour`: it came from a list, to which Back leads. */
async function typeIn(
  field: AskedField,
  input: TypedInput,
  place: StepPlace,
  isDetour = false,
): Promise<StepEnd> {
  const box = vscode.window.createInputBox();
  const isSecret = input.kind === 'text' && input.isSecret;
  const start = isSecret ? undefined : (place.previous ?? input.initial);
  dress(box, field, place, isDetour);
  box.prompt = plainText(wholeQuestion(field, place));
  box.placeholder = field.isRequired ? 'Your answer' : 'Your answer, or nothing';
  box.password = isSecret;
  box.value = start === undefined ? '' : String(start);
  box.onDidChangeValue(() => (box.validationMessage = undefined));
  const end = await ended(box, () => {
    if (box.value === '' && !field.isRequired) return { value: undefined };
    box.validationMessage = typedProblem(input, box.value);
    return box.validationMessage === undefined ? { value: typedValue(input, box.value) } : undefined;
  });
  return end.kind === 'accepted' ? { kind: 'answered', value: end.value.value } : end;
}

function pickOf(field: AskedField, place: StepPlace, entries: readonly Entry[]): vscode.QuickPick<Entry> {
  const pick = vscode.window.createQuickPick<Entry>();
  dress(pick, field, place, false);
  pick.placeholder = singleLine(wholeQuestion(field, place));
  pick.matchOnDescription = true;
  pick.items = entries;
  if (pick.placeholder.length > MAX_PLACEHOLDER) {
    const read = { iconPath: new vscode.ThemeIcon('book'), tooltip: 'Read the Whole Question' };
    pick.buttons = [...pick.buttons, read];
    pick.onDidTriggerButton((button) => {
      if (button === read) void messages.ask(field.label, wholeQuestion(field, place));
    });
  }
  return pick;
}

function dress(
  input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] },
  field: AskedField,
  { step, totalSteps }: StepPlace,
  isDetour: boolean,
): void {
  input.title = plainText(`Answer Codex: ${field.label}`);
  input.ignoreFocusOut = true; // who answers may have to look something up
  if (totalSteps > 1) [input.step, input.totalSteps] = [step, totalSteps];
  if (step > 1 || isDetour) input.buttons = [vscode.QuickInputButtons.Back];
}

function wholeQuestion({ label, text }: AskedField, { deadline }: StepPlace): string {
  return [text || label, deadline].filter((part) => part !== undefined).join('\n\n');
}

type Ended<T> = { readonly kind: 'accepted'; readonly value: T } | Exclude<StepEnd, { kind: 'answered' }>;

/** Shows an input until `accept` has a value for Enter, or it is left. */
async function ended<T>(
  input: (vscode.QuickPick<Entry> | vscode.InputBox) & vscode.QuickInput,
  accept: () => T | undefined,
): Promise<Ended<T>> {
  const listeners: vscode.Disposable[] = [];
  const end = await new Promise<Ended<T>>((resolve) => {
    listeners.push(
      input.onDidAccept(() => {
        const value = accept();
        if (value !== undefined) resolve({ kind: 'accepted', value });
      }),
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve({ kind: 'back' });
      }),
      input.onDidHide(() => resolve({ kind: 'left' })),
    );
    input.show();
  });
  vscode.Disposable.from(...listeners, input).dispose();
  return end;
}

function entriesOf(options: readonly FieldOption[]): Entry[] {
  return options.map(({ value, label, description }) => ({
    ...{ value, label: plainText(label), alwaysShow: false },
    ...(description === '' ? {} : { detail: plainText(description) }),
  }));
}

function booleans(): Entry[] {
  return [
    { label: 'Yes', value: true },
    { label: 'No', value: false },
  ];
}
