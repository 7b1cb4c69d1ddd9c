import type { Locator, Page } from 'playwright-core';

/** A notification or a modal dialog, as it can be read. */
export interface Message {
  readonly text: string;
  /** Titles of the buttons, from left to right. */
  readonly buttons: readonly string[];
}

/** The notifications on the screen, the newest first. */
export async function readNotifications(page: Page): Promise<Message[]> {
  const toasts = await page.locator('.notifications-toasts .notification-list-item').all();
  return Promise.all(
    toasts.map(async (toast) => ({
      text: (await toast.locator('.notification-list-item-message').innerText()).trim(),
      buttons: await titles(toast.locator('.notification-list-item-buttons-container .monaco-text-button')),
    })),
  );
}

/** Clicks a button of the notification whose text contains `text`. */
export async function clickNotification(page: Page, text: string, button: string): Promise<void> {
  const toast = page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  await toast.getByRole('button', { name: button, exact: true }).click();
  await toast.waitFor({ state: 'hidden' });
}

/** Waits for a modal dialog and reads it: the message, then its detail on lines of its own. */
export async function readDialog(page: Page): Promise<Message> {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  const parts = await dialog.locator('.dialog-message-text, .dialog-message-detail').allInnerTexts();
  const text = parts.map((part) => part.trim()).filter((part) => part !== '');
  return { text: text.join('\n'), buttons: await titles(dialog.locator('.dialog-buttons .monaco-button')) };
}

export async function clickDialog(page: Page, button: string): Promise<void> {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.locator('.dialog-buttons').getByRole('button', { name: button, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function titles(buttons: Locator): Promise<string[]> {
  const texts = await buttons.allInnerTexts();
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}
