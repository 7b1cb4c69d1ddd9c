import { chromium } from 'playwright-core';
import type { Browser as PlaywrightBrowser, Page } from 'playwright-core';

const quietArguments = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page that nobody looks at is slowed down otherwise.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** A page, and a promise that rejects when it can no longer answer. */
export interface OpenedPage {
  readonly page: Page;
  readonly broken: Promise<never>;
}

/** A browser without a window, with a profile of its own that it deletes when it ends. */
export class Browser {
  readonly #browser: PlaywrightBrowser;

  private constructor(browser: PlaywrightBrowser) {
    this.#browser = browser;
  }

  static async start(executablePath: string): Promise<Browser> {
    // Chromium refuses to sandbox itself for root.
    const args = [...quietArguments, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
    return new Browser(await chromium.launch({ executablePath, args, timeout: 60_000 }));
  }

  async open(url: string): Promise<OpenedPage> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const broken = new Promise<never>((_, reject) => {
      page.on('crash', () => reject(new Error('The page crashed.')));
      this.#browser.on('disconnected', () => reject(new Error('The browser ended.')));
    });
    broken.catch(() => undefined); // whoever awaits it hears of it
    await page.goto(url, { timeout: 60_000 });
    return { page, broken };
  }

  async end(): Promise<void> {
    await this.#browser.close();
  }
}
