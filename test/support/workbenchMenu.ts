import type { Locator, Page } from 'playwright-core';
import type { PageElement } from './pageElement';

const MAX_TRIES = 3;
const OPEN_MS = 4_000;

/** An open menu. It closes by `choose` or `close`. */
export interface ContextMenu {
  /** The titles from top to bottom; a line between groups is `—`, a greyed entry is in brackets. */
  readonly entries: readonly string[];
  choose(title: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the menu of the right mouse button. `position` is in pixels from the target's corner. */
export async function openContextMenu(
  page: Page,
  target: Locator,
  position: { x: number; y: number },
): Promise<ContextMenu> {
  const entry = page.locator('.monaco-menu').last().locator('.action-item').first();
  // A window that loses its focus to another one closes a menu that is just coming.
  for (let tries = 1; tries < MAX_TRIES; tries++) {
    await target.click({ button: 'right', position });
    const isOpen = await entry.waitFor({ timeout: OPEN_MS }).then(
      () => true,
      () => false,
    );
    if (isOpen) return readMenu(page);
    await page.keyboard.press('Escape');
  }
  await target.click({ button: 'right', position });
  return readMenu(page);
}

/** Opens the menu of a button, such as a view's "…". */
export async function openButtonMenu(page: Page, button: Locator): Promise<ContextMenu> {
  await button.click();
  return readMenu(page);
}

/** Menus come with an animation, in which a picture shows little of them. */
async function fadedIn(menu: Locator): Promise<void> {
  await menu.evaluate(async (element: PageElement) => {
    const view = element.closest('.context-view') ?? element;
    await Promise.all(view.getAnimations({ subtree: true }).map(({ finished }) => finished));
  });
}

async function readMenu(page: Page): Promise<ContextMenu> {
  const menu = page.locator('.monaco-menu').last();
  await menu.locator('.action-item').first().waitFor();
  await fadedIn(menu);
  const entries = await menu.locator('.action-item').evaluateAll((items: PageElement[]) =>
    items.map((item) => {
      if (item.querySelector('.separator') !== null) return '—';
      const title = item.querySelector('.action-label')?.textContent ?? '';
      return item.querySelector('[aria-disabled=true]') === null ? title : `(${title})`;
    }),
  );
  return {
    entries,
    async choose(title) {
      // VS Code takes the button's release, and only when the mouse was over the entry before.
      const entry = menu.locator('.action-item').filter({ has: page.getByText(title, { exact: true }) });
      await entry.hover();
      await entry.click();
      await menu.waitFor({ state: 'hidden' });
    },
    async close() {
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
    },
  };
}
