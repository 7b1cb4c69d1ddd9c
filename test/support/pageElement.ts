/**
 * What we use of an element of the page. The functions that take one run in the browser, whose own types would
 * put `window` and `document` into the sight of all other code. They name no inner functions: tsx marks those
 * with a call of its own, which the browser does not know.
 */
export interface PageElement {
  readonly textContent: string;
  readonly className: string;
  readonly style: { readonly top: string };
  closest(selector: string): PageElement | null;
  getAnimations(options: { subtree: boolean }): { readonly finished: Promise<unknown> }[];
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}
