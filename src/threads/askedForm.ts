/** What a person is to fill in, or the page that they are to open. Texts disguise nothing of what they say. */
export interface AskedForm {
  /** In the order in which to ask; none where `url` is set. */
  readonly fields: readonly AskedField[];
  /** The page that is to be opened, http or https. */
  readonly url?: string | undefined;
  /** Epoch milliseconds; then the turn goes on without an answer. */
  readonly deadline?: number | undefined;
}

/** One thing that is asked. */
export interface AskedField {
  /** Under which the answer is given; as it came. */
  readonly key: string;
  /** A few words on one line. */
  readonly label: string;
  /** The whole question, with its line breaks; empty where the label says all. */
  readonly text: string;
  /** What is not required may be left empty. */
  readonly isRequired: boolean;
  readonly input: FieldInput;
}

/** How a field is answered. `initial` is what is proposed. */
export type FieldInput =
  | {
      readonly kind: 'choice';
      readonly options: readonly FieldOption[];
      /** Something else may be typed. */
      readonly hasOther: boolean;
      readonly isSecret: boolean;
      readonly initial: string | undefined;
    }
  | {
      readonly kind: 'choices';
      readonly options: readonly FieldOption[];
      readonly min: number;
      readonly max: number;
      readonly initial: readonly string[];
    }
  | {
      readonly kind: 'text';
      readonly isSecret: boolean;
      /** In characters. */
      readonly minLength: number;
      readonly maxLength: number;
      /** `email`, `uri`, `date`, `date-time`, or one that is not known here. */
      readonly format: string | undefined;
      readonly initial: string | undefined;
    }
  | {
      readonly kind: 'number';
      readonly isInteger: boolean;
      readonly minimum: number;
      readonly maximum: number;
      readonly initial: number | undefined;
    }
  | { readonly kind: 'boolean'; readonly initial: boolean | undefined };

export interface FieldOption {
  /** What is answered; as it came. */
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

export type FieldValue = string | number | boolean | readonly string[];

/** The answers by the keys of their fields; one that was left empty has none. */
export type FormValues = ReadonlyMap<string, FieldValue>;
