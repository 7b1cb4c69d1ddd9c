import type { Token } from 'markdown-it';
import { element, icon } from '../element';
import { shownCode, shownProse } from '../text/shownText';
import { fileReferenceIn, piecesOf } from '../text/fileReference';
import { linkTarget } from '../text/linkTarget';
import { codeBlock } from './codeBlock';
import { linkTo } from './links';

/** The tags that a token may ask for. Headings begin below those of the turns. */
const tags: Readonly<Record<string, keyof HTMLElementTagNameMap>> = {
  p: 'p',
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h6',
  h5: 'h6',
  h6: 'h6',
  blockquote: 'blockquote',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  table: 'table',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
  strong: 'strong',
  em: 'em',
  s: 's',
};

/** The elements of a parsed message. */
export function markdownNodes(tokens: readonly Token[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const open: Node[] = [fragment];
  let links = 0;
  for (const token of tokens) {
    const parent = open.at(-1) ?? fragment;
    if (token.nesting === 1) {
      const made = openingElement(token);
      if (token.type === 'link_open') links++;
      if (made !== undefined) parent.appendChild(made);
      open.push(innermost(made) ?? parent);
    } else if (token.nesting === -1) {
      if (token.type === 'link_close') links--;
      if (open.length > 1) open.pop();
    } else {
      parent.appendChild(leaf(token, links > 0));
    }
  }
  return fragment;
}

/** Undefined for the paragraphs of a tight list, and for what this version does not know. */
function openingElement(token: Token): HTMLElement | undefined {
  if (token.hidden) return undefined;
  if (token.type === 'link_open') {
    const target = linkTarget(attribute(token, 'href'));
    return target === undefined ? undefined : linkTo(target);
  }
  const tag = Object.hasOwn(tags, token.tag) ? tags[token.tag] : undefined;
  if (tag === undefined) return undefined;
  const made = element(tag, /^h\d$/.test(token.tag) ? `heading-${token.tag.slice(1)}` : '');
  if (made instanceof HTMLOListElement) made.start = Number(attribute(token, 'start') || 1);
  if (tag === 'th' || tag === 'td') made.className = alignment(token);
  // A table may be wider than the page, and then scrolls in a place of its own.
  return tag === 'table' ? element('div', 'table-place', made) : made;
}

/** Where the content goes. */
function innermost(made: HTMLElement | undefined): HTMLElement | undefined {
  return made?.className === 'table-place' ? (made.querySelector('table') ?? made) : made;
}

function leaf(token: Token, isInLink: boolean): Node {
  switch (token.type) {
    case 'inline':
      return markdownNodes(token.children ?? []);
    case 'text':
      return isInLink ? document.createTextNode(shownProse(token.content)) : proseNodes(token.content);
    case 'code_inline':
      return inlineCode(token.content, isInLink);
    case 'fence':
    case 'code_block':
      return codeBlock(shownCode(token.content));
    case 'softbreak':
    case 'hardbreak':
      return element('br');
    case 'hr':
      return element('hr');
    case 'image':
      return imageText(token, isInLink);
    default:
      return document.createTextNode(shownProse(token.content));
  }
}

function proseNodes(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const { text: piece, file } of piecesOf(shownProse(text))) {
    fragment.append(file === undefined ? piece : linkTo({ kind: 'file', ...file }, piece));
  }
  return fragment;
}

function inlineCode(content: string, isInLink: boolean): Node {
  const text = shownCode(content);
  const file = isInLink ? undefined : fileReferenceIn(text);
  const code = element('code', '', text);
  return file === undefined ? code : linkTo({ kind: 'file', ...file }, code);
}

/** An image is never loaded: it would tell somebody that, and when, it was looked at. */
function imageText(token: Token, isInLink: boolean): Node {
  const source = attribute(token, 'src');
  const words = [shownProse(token.content), shownCode(source)].filter((part) => part !== '');
  const shown = element('span', 'image');
  shown.append(icon('file-media'), ` ${words.join(' – ')}`);
  const target = isInLink ? undefined : linkTarget(source);
  return target === undefined ? shown : linkTo(target, shown);
}

function alignment(token: Token): string {
  return /text-align:(center|right)/.exec(attribute(token, 'style'))?.[1] ?? '';
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}
