import { element } from '../element';
import type { Content } from '../element';
import { shownCode } from '../text/shownText';
import type { LinkTarget } from '../text/linkTarget';
import type { FromPage } from '../messages';

/**
 * A link without an address that the browser could follow: what it leads to is told to the extension. The
 * tooltip says where it leads, whatever its words say.
 */
export function linkTo(target: LinkTarget, ...content: readonly Content[]): HTMLElement {
  const link = element('a', 'link', ...content);
  link.role = 'link';
  link.tabIndex = 0;
  if (target.kind === 'url') {
    link.dataset.href = target.href;
    link.title = shownCode(target.href);
  } else {
    link.dataset.path = target.path;
    if (target.line !== undefined) link.dataset.line = String(target.line);
    link.title = shownCode(target.path) + (target.line === undefined ? '' : `:${target.line}`);
  }
  return link;
}

/** Answers clicks and keys on the links and the copy buttons in `root`. */
export function followLinks(root: HTMLElement, post: (message: FromPage) => void): void {
  root.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : undefined;
    const link = target?.closest<HTMLElement>('a.link');
    const copy = target?.closest('.copy-code');
    if (link) follow(link, post);
    else if (copy) post({ type: 'copy', text: copy.parentElement?.querySelector('code')?.textContent ?? '' });
  });
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.matches('a.link')) {
      event.target.click();
    }
  });
}

function follow({ dataset: { href, path, line } }: HTMLElement, post: (message: FromPage) => void): void {
  if (href !== undefined) post({ type: 'openLink', href });
  else if (path !== undefined) {
    post({ type: 'openFile', path, line: line === undefined ? undefined : Number(line) });
  }
}
