/** Half of a character, as text has it that was cut by its length. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** C0 and C1 controls but for tab and line break. */
const CONTROL = /[^\P{Cc}\t\n]/gu;

/** Marks that turn the direction of what follows them. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** What joins two emoji to one. */
const JOINED = String.raw`(?<=\p{ExtPict}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{ExtPict})`;

/** Characters that nobody sees, among them those that turn the direction of text. */
const DISGUISING = new RegExp(
  String.raw`(?!${JOINED}|[\ufe0e\ufe0f])[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]`,
  'gu',
);

/** Most text, to which nothing has to be done. */
const PLAIN = /^[\n\t -~]*$/;

/** Prose: line breaks and tabs stay, other control characters and what turns its direction go. */
export function shownProse(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROL, '').replace(TURNING, '').replace(LONE_SURROGATE, '\ufffd');
}

/** Commands, code, paths and output, of which each character counts: those that nobody sees have their number. */
export function shownCode(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(CONTROL, '')
    .replace(DISGUISING, (sign) => `⟨U+${hexNumber(sign)}⟩`)
    .replace(LONE_SURROGATE, '\ufffd');
}

/** The same on one line. */
export function shownLine(text: string): string {
  return shownCode(text.replace(/\s*[\r\n\t]\s*/g, ' ')).trim();
}

function hexNumber(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
