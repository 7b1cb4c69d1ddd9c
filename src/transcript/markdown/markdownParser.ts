import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { linkTarget } from '../text/linkTarget';

/** A parser of messages: no HTML, and only links that {@link linkTarget} allows; others stay as they are written. */
export class MarkdownParser {
  readonly #parser = new MarkdownIt({ html: false, linkify: true, breaks: true });

  constructor() {
    // `main.rs` and `run.sh` are files, though rs and sh are countries.
    this.#parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, maxLength: 2_000 });
    this.#parser.validateLink = (href) => linkTarget(href) !== undefined;
    this.#parser.normalizeLink = (href) => href;
    this.#parser.normalizeLinkText = (text) => text;
  }

  parse(text: string): Token[] {
    return this.#parser.parse(text, {});
  }
}
