import { singleLine } from '../threads/threadTitle';

/**
 * Markdown that shows `text` as it is, wrapped between words, with its line breaks: no character of it means
 * anything, neither to Markdown nor to VS Code's icons. (`MarkdownString.appendText` makes every blank one
 * that does not wrap.)
 */
export function plainMarkdown(text: string): string {
  return text
    .split('\n')
    .map((line) => escape(singleLine(line)))
    .filter((line) => line !== '')
    .join('  \n');
}

/**
 * Icons are looked for in the finished HTML, where a backslash has gone but a character reference stays. Links
 * are also made of bare addresses, which end with the backslashes.
 */
function escape(line: string): string {
  return line.replace(/[!-/:-@[-`{-~]/gu, (sign) => (sign === '$' ? '&#36;' : `\\${sign}`));
}
