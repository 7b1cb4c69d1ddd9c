import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually';
import type { PageElement } from './pageElement';

/** A text input or a list to choose from, at the top of the window. */
export interface QuickInput {
  readonly title: string;
  readonly placeholder: string;
  /** The line below the input, also the complaint about what was typed. */
  readonly message: string;
  readonly value: string;
  /** What can be chosen: the label, and after ` · ` its description and its detail. */
  readonly items: readonly string[];
}

const commandPrefix = '>';
const attemptMs = 2_000;

/** Waits until one is open, the Command Palette aside, and reads it. */
export async function readQuickInput(page: Page): Promise<QuickInput> {
  const widget = await openWidget(page);
  const text = async (selector: string): Promise<string> => {
    const [first] = await widget.locator(selector).filter({ visible: true }).allInnerTexts();
    return (first ?? '').trim();
  };
  return {
    title: await text('.quick-input-title'),
    placeholder: (await field(widget).getAttribute('placeholder')) ?? '',
    message: await text('.quick-input-message'),
    value: await field(widget).inputValue(),
    items: await widget.locator('.quick-input-list .monaco-list-row').evaluateAll((rows: PageElement[]) =>
      rows.map((row) => {
        const parts = [...row.querySelectorAll('.label-name, .label-description')];
        // A row without a detail hides that of the row for which it was drawn before.
        const drawn = parts.filter((part) => part.closest('[style*="display: none"]') === null);
        const texts = drawn.map((part) => part.textContent.trim());
        return texts.filter((text) => text !== '').join(' · ');
      }),
    ),
  };
}

/** Types an answer and accepts it. */
export async function answerQuickInput(page: Page, text: string): Promise<void> {
  const widget = await openWidget(page);
  await field(widget).fill(text);
  await field(widget).press('Enter');
}

/** Chooses the first entry whose label contains `label`. */
export async function chooseQuickInput(page: Page, label: string): Promise<void> {
  const widget = await openWidget(page);
  const labels = widget.locator('.quick-input-list .label-name');
  await labels.filter({ hasText: label }).first().click();
}

/** Clicks a button of the first entry whose label contains `label`. */
export async function clickItemButton(page: Page, label: string, button: string): Promise<void> {
  const widget = await openWidget(page);
  const name = page.locator('.label-name').filter({ hasText: label });
  const row = widget.locator('.quick-input-list .monaco-list-row').filter({ has: name }).first();
  await row.hover();
  await row.locator(`.action-label[aria-label="${button}"]`).click();
}

/** Runs a command by its full title (`Codex: Run Task`) from the Command Palette. */
export async function runCommandByTitle(page: Page, title: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  // In a new window the first keys can come before the workbench listens, and the Command Palette before it
  // knows which commands may run; it does not look again.
  await eventually(
    async () => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('F1');
      await field(widget).waitFor({ timeout: attemptMs });
      await field(widget).fill(`${commandPrefix}${title}`, { timeout: attemptMs });
      await widget.getByRole('option', { name: title }).first().click({ timeout: attemptMs });
    },
    () => undefined,
  );
  await eventually(
    async () => (await field(widget).isVisible()) && (await field(widget).inputValue()),
    (value) => assert.ok(value === false || !value.startsWith(commandPrefix), `"${title}" does not start`),
  );
}

async function openWidget(page: Page): Promise<Locator> {
  const widget = page.locator('.quick-input-widget');
  await field(widget).waitFor();
  return widget;
}

function field(widget: Locator): Locator {
  return widget.locator('.quick-input-box input');
}
