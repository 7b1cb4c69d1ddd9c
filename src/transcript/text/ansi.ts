/** Text that looks the same throughout, with the names of CSS classes for its colours. */
export interface StyledText {
  readonly text: string;
  readonly style: AnsiStyle;
}

/** What escape sequences have switched on. */
export interface AnsiStyle {
  /** 0 to 15 of the terminal's colours. */
  readonly colour: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
}

const PLAIN_STYLE: AnsiStyle = {
  colour: undefined,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
};

/** CSI (colours and moves of the cursor), OSC (titles, links), and the short ones. */
const SEQUENCE =
  /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** Cuts output at its escape sequences, which are gone from the text. */
export function styledTexts(output: string): StyledText[] {
  const texts: StyledText[] = [];
  let style = PLAIN_STYLE;
  let start = 0;
  const push = (end: number): void => {
    if (end > start) texts.push({ text: output.slice(start, end), style });
  };
  for (const match of output.matchAll(SEQUENCE)) {
    push(match.index);
    start = match.index + match[0].length;
    if (match[2] === 'm') style = styleAfter(style, match[1] ?? '');
  }
  push(output.length);
  return texts;
}

function styleAfter(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    // A colour of 256, or of all: not one of the theme's.
    if (code === 38 || code === 48 || code === 58) i += codes[i + 1] === 2 ? 4 : 2;
    else next = styleWith(next, code);
  }
  return next;
}

function styleWith(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN_STYLE;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 3) return { ...style, isItalic: true };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 23) return { ...style, isItalic: false };
  if (code === 24) return { ...style, isUnderlined: false };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 90 + 8 };
  return code === 39 ? { ...style, colour: undefined } : style;
}
