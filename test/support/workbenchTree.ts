import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually';
import type { PageElement } from './pageElement';
import { openContextMenu } from './workbenchMenu';
import type { ContextMenu } from './workbenchMenu';
import { iconSign } from './workbenchIcons';

/** Where a label is clicked: the middle of one that is longer than the view would scroll its begin out of sight. */
const LABEL_START = { x: 4, y: 4 };

/** A tree view of the workbench, found by its name (`Threads`). */
export class WorkbenchTree {
  readonly #page: Page;
  readonly #tree: Locator;

  constructor(page: Page, name: string) {
    this.#page = page;
    this.#tree = page.getByRole('tree', { name, exact: true });
  }

  /**
   * What is on the screen, a line a row, two blanks a level: the sign of the icon, the label, the description.
   * ```
   * Running 1
   *   ⟳ Fix the bug · 3s
   * ▸ Completed 14
   * ```
   */
  async text(): Promise<string> {
    await this.#tree.waitFor();
    const rows = await this.#tree.evaluate(readRows);
    return rows.map((row) => lineOf(row)).join('\n');
  }

  /** The first row with exactly this label. */
  row(label: string): Locator {
    const name = this.#page.locator('.label-name').getByText(label, { exact: true });
    return this.#tree.locator('.monaco-list-row').filter({ has: name }).first();
  }

  /** Clicks a row; with `Control` or `Shift` it is added to the selection. */
  async click(label: string, options: { modifiers?: ('Control' | 'Shift')[] } = {}): Promise<void> {
    await this.row(label)
      .locator('.label-name')
      .click({ ...options, position: LABEL_START });
  }

  /** Opens a closed row; again when the tree was drawn anew under the click. */
  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    await eventually(
      async () => {
        if ((await row.getAttribute('aria-expanded')) !== 'false') return;
        await row.locator('.monaco-tl-twistie').click();
        await row.and(this.#page.locator('[aria-expanded=true]')).waitFor({ timeout: 2_000 });
      },
      () => undefined,
    );
  }

  /** The titles of the buttons that a row shows under the mouse. */
  async actions(label: string): Promise<string[]> {
    const row = this.row(label);
    await row.hover();
    const buttons = await row.locator('.actions .action-label').all();
    const labels = buttons.map(async (button) => (await button.getAttribute('aria-label')) ?? '');
    // VS Code adds the key.
    return (await Promise.all(labels)).map((label) => label.replace(/ \([^()]*\)$/, ''));
  }

  /** Clicks one of those buttons. */
  async clickAction(label: string, action: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.locator('.actions').getByRole('button', { name: action }).first().click();
  }

  async contextMenu(label: string): Promise<ContextMenu> {
    return openContextMenu(this.#page, this.row(label).locator('.label-name'), LABEL_START);
  }

  /** The text that appears when the mouse rests on a row. */
  async tooltip(label: string): Promise<string> {
    const hover = this.#page.locator('.workbench-hover').last();
    // A row that is drawn anew under a resting mouse shows nothing until the mouse comes again.
    await eventually(
      async () => {
        await this.#page.mouse.move(0, 0);
        await this.row(label).locator('.label-name').hover({ position: LABEL_START });
        await hover.waitFor({ timeout: 3_000 });
      },
      () => undefined,
    );
    return (await hover.innerText()).trim();
  }
}

interface Row {
  level: number;
  isClosed: boolean;
  icon: string;
  label: string;
  description: string;
}

/** Runs in the page. Rows are drawn only where they can be seen, and not in the order of the screen. */
function readRows(tree: PageElement): Row[] {
  return [...tree.querySelectorAll('.monaco-list-rows .monaco-list-row')]
    .sort((one, other) => Number(one.getAttribute('data-index')) - Number(other.getAttribute('data-index')))
    .map((row) => ({
      level: Number(row.getAttribute('aria-level')),
      isClosed: row.getAttribute('aria-expanded') === 'false',
      icon: row.querySelector('.custom-view-tree-node-item-icon')?.className ?? '',
      label: row.querySelector('.label-name')?.textContent ?? '',
      description: row.querySelector('.label-description')?.textContent ?? '',
    }));
}

function lineOf({ level, isClosed, icon, label, description }: Row): string {
  // A closed row with a status is one whose status matters more.
  const sign = iconSign(icon) || (isClosed ? '▸ ' : '');
  const between = level === 1 ? ' ' : ' · ';
  return '  '.repeat(level - 1) + sign + label + (description === '' ? '' : between + description);
}
