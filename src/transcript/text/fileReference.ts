/** A place in a file, as a model names it: relative or absolute, the line counted from 1. */
export interface FileReference {
  readonly path: string;
  readonly line: number | undefined;
}

/** A piece of text, with the file that it names if it names one. */
export interface TextPiece {
  readonly text: string;
  readonly file: FileReference | undefined;
}

const name = String.raw`[\w@+.-]+`;
const file = String.raw`[\w@+.-]*\w\.[a-z][a-z\d]{0,7}`;
const place = String.raw`(?::(\d{1,7})(?::\d{1,7})?(?:-\d{1,7})?|#L(\d{1,7})(?:-L?\d{1,7})?)`;
/** A folder before it, or a line behind it: a bare `Node.js` is no file. */
const inFolder = String.raw`(?:[A-Za-z]:[\\/]|[~.]{0,2}[\\/])?(?:${name}[\\/])*(?<=[\\/])${file}`;
const reference = `(?:(${inFolder})${place}?|(${file})${place})`;
/** An address without its scheme. */
const host = String.raw`(?:[\w-]+\.)+(?:com|org|net|io|dev|app|gov|edu)[\\/]`;

const ANYWHERE = new RegExp(String.raw`(?<![\w@\\/:.~-])(?!${host})${reference}(?![\w\\/@])`, 'g');
const WHOLE = new RegExp(`^(?!${host})${reference}$`);

/** Longer words are no paths, and not worth the search. */
const MAX_TEXT = 20_000;

/** The file that all of `text` names. */
export function fileReferenceIn(text: string): FileReference | undefined {
  const match = text.length > 1_000 ? null : WHOLE.exec(text);
  return match === null ? undefined : referenceOf(match);
}

/** Prose cut into what names a file and what does not; joined again it is the same text. */
export function piecesOf(text: string): TextPiece[] {
  if (text.length > MAX_TEXT || !/[\w-]\.[a-z]/.test(text)) return [{ text, file: undefined }];
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(ANYWHERE)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), file: undefined });
    pieces.push({ text: match[0], file: referenceOf(match) });
    end = match.index + match[0].length;
  }
  if (end < text.length || pieces.length === 0) pieces.push({ text: text.slice(end), file: undefined });
  return pieces;
}

function referenceOf(match: RegExpExecArray): FileReference {
  const [, inSomeFolder, line1, line2, bare, line3, line4] = match;
  const line = line1 ?? line2 ?? line3 ?? line4;
  return { path: inSomeFolder ?? bare ?? '', line: line === undefined ? undefined : Number(line) };
}
