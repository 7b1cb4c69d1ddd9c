import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { Browser } from './browser';
import { eventually } from './eventually';
import { installBrowser } from './installBrowser';
import { installVsCode } from './installVsCode';
import type { PageElement } from './pageElement';
import { outFolder, packagedExtension } from './paths';
import { createTemporaryFolder } from './temporaryFolder';
import { startCodeServer } from './vscodeCodeServer';
import { editorEnvironment } from './vscodeEnvironment';
import { iconSign } from './workbenchIcons';
import { openButtonMenu } from './workbenchMenu';
import type { ContextMenu } from './workbenchMenu';
import { clickDialog, clickNotification, readDialog, readNotifications } from './workbenchMessages';
import type { Message } from './workbenchMessages';
import {
  answerQuickInput,
  chooseQuickInput,
  clickItemButton,
  readQuickInput,
  runCommandByTitle,
} from './workbenchQuickInput';
import type { QuickInput } from './workbenchQuickInput';
import { readSavedState } from './workbenchStorage';
import { WorkbenchTree } from './workbenchTree';

export interface WorkbenchOptions {
  /** The home folder and CODEX_HOME of the editor: a ScratchHome fits. */
  readonly home: { readonly home: string; readonly env: Readonly<Record<string, string>> };
  /** Absolute path of the folder to open. */
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly withWorkspaceTrust?: boolean;
  /** By default what `npm run package` wrote. */
  readonly vsix?: string;
}

/** How long a click or a look may take on a loaded machine. */
const patienceMs = 15_000;

/** A window of a real VS Code with the packaged extension, driven as a person would with mouse and keys. */
export class Workbench {
  readonly page: Page;
  readonly #url: string;
  readonly #browser: Browser;
  readonly #owned: readonly (() => Promise<void>)[];

  private constructor(page: Page, url: string, browser: Browser, owned: readonly (() => Promise<void>)[]) {
    this.page = page;
    this.#url = url;
    this.#browser = browser;
    this.#owned = owned;
  }

  /** Takes some ten seconds: use one for many tests, and `end` it. */
  static async start(options: WorkbenchOptions): Promise<Workbench> {
    const owned: (() => Promise<void>)[] = [];
    try {
      const data = await createTemporaryFolder('codex-collab-e2e-');
      owned.unshift(() => data.remove());
      const { server, url } = await startCodeServer({
        ...options,
        vscode: await installVsCode('newest'),
        extension: { kind: 'packaged', vsix: options.vsix ?? packagedExtension },
        dataFolder: data.path,
        env: editorEnvironment(options.home.home, options.home.env),
      });
      owned.unshift(() => server.end());
      const browser = await Browser.start(await installBrowser());
      owned.unshift(() => browser.end());
      return new Workbench(await openWindow(browser, url), url, browser, owned);
    } catch (error) {
      await endAll(owned);
      throw error;
    }
  }

  /** A second window with the same folder, in an extension host of its own. End it before the first one. */
  async openAnother(): Promise<Workbench> {
    const page = await openWindow(this.#browser, this.#url);
    return new Workbench(page, this.#url, this.#browser, [() => page.context().close()]);
  }

  async end(): Promise<void> {
    await endAll(this.#owned);
  }

  /** As "Developer: Reload Window" does: the extension host is replaced. */
  async reload(): Promise<void> {
    await this.page.reload();
    await waitForWindow(this.page);
  }

  /** Waits until the window has saved what a reload needs: everything that it saves, as JSON, matches. */
  async saved(pattern: RegExp): Promise<void> {
    await eventually(
      () => readSavedState(this.page),
      (text) => {
        if (!pattern.test(text)) throw new Error(`The window has not saved ${String(pattern)} yet.`);
      },
    );
  }

  /** Opens a view container by its title in the activity bar. */
  async openView(title: string): Promise<void> {
    const sidebar = this.page.locator('.part.sidebar .composite.title').getByText(title).first();
    const open = async (): Promise<void> => {
      // A click on the one that is open would close it; a window that just came up may still change.
      if (!(await sidebar.isVisible())) await this.#tab(title).click();
      await sidebar.waitFor({ timeout: 2_000 });
    };
    await eventually(open, () => undefined);
  }

  /** The number on an icon of the activity bar; undefined when there is none. */
  async badge(title: string): Promise<string | undefined> {
    const badge = this.#tab(title).locator('.badge-content');
    const [text] = await badge.filter({ visible: true }).allInnerTexts();
    return text === undefined || text === '' ? undefined : text;
  }

  tree(name = 'Threads'): WorkbenchTree {
    return new WorkbenchTree(this.page, name);
  }

  /** Runs a command by its full title (`Codex: Run Task`) from the Command Palette. */
  async runCommand(title: string): Promise<void> {
    await runCommandByTitle(this.page, title);
  }

  /** The buttons of the side bar's title, from left to right. */
  async viewActions(): Promise<string[]> {
    const buttons = await this.page.locator('.part.sidebar .title-actions .action-label').all();
    return Promise.all(buttons.map(async (button) => (await button.getAttribute('aria-label')) ?? ''));
  }

  async clickViewAction(title: string): Promise<void> {
    await this.page
      .locator('.part.sidebar')
      .getByRole('button', { name: title, exact: true })
      .first()
      .click();
  }

  /** The "…" menu of the side bar's title. */
  async viewMenu(): Promise<ContextMenu> {
    return openButtonMenu(this.page, this.page.locator('.part.sidebar .codicon-toolbar-more').first());
  }

  /** What a view shows instead of a tree, or above it: its text, and its buttons as lines of their own. */
  async welcomeText(): Promise<string> {
    const parts = await this.page.locator('.part.sidebar .welcome-view-content').allInnerTexts();
    return parts.join('\n').trim();
  }

  /** Waits until an input is open and reads it. */
  async quickInput(): Promise<QuickInput> {
    return readQuickInput(this.page);
  }

  /** Types into the open input and presses Enter. */
  async answer(text: string): Promise<void> {
    await answerQuickInput(this.page, text);
  }

  /** Chooses the first entry of the open list whose label contains `label`. */
  async choose(label: string): Promise<void> {
    await chooseQuickInput(this.page, label);
  }

  /** Clicks a button of the first entry of the open list whose label contains `label`. */
  async clickItemButton(label: string, button: string): Promise<void> {
    await clickItemButton(this.page, label, button);
  }

  /** The notifications on the screen, the newest first. */
  async notifications(): Promise<Message[]> {
    return readNotifications(this.page);
  }

  /** Clicks a button of the notification whose text contains `text`. */
  async clickNotification(text: string, button: string): Promise<void> {
    await clickNotification(this.page, text, button);
  }

  /** Waits for a modal dialog and reads it. */
  async dialog(): Promise<Message> {
    return readDialog(this.page);
  }

  async clickDialog(button: string): Promise<void> {
    await clickDialog(this.page, button);
  }

  /** Text of a status bar item by the id it has in the code, with the sign of its icon; undefined without it. */
  async statusBarText(id: string): Promise<string | undefined> {
    const [item] = await this.page.locator(`.statusbar-item[id$="${id}"]`).filter({ visible: true }).all();
    if (item === undefined) return undefined;
    const icons = await item
      .locator('.codicon')
      .evaluateAll((all: PageElement[]) => all.map((icon) => icon.className));
    // It may go while it is read.
    const [text] = await item.allInnerTexts();
    return text === undefined ? undefined : icons.map((icon) => iconSign(icon)).join('') + text.trim();
  }

  async clickStatusBar(id: string): Promise<void> {
    await this.page.locator(`.statusbar-item[id$="${id}"] a`).click();
  }

  /** Titles of the open editors, from left to right. */
  async editorTitles(): Promise<string[]> {
    return this.page.locator('.part.editor .tab .label-name').allInnerTexts();
  }

  /** The lines of the active text editor that are on the screen. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .view-lines').first();
    await lines.locator('.view-line').first().waitFor();
    const drawn = await lines
      .locator('.view-line')
      .evaluateAll((all: PageElement[]) =>
        all.map((line) => ({ top: Number.parseFloat(line.style.top), text: line.textContent })),
      );
    return drawn
      .sort((one, other) => one.top - other.top)
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n');
  }

  /** The content of the webview that is on the screen, two frames deep. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** What that webview shows, as text. */
  async webviewText(): Promise<string> {
    return this.webview().locator('body').innerText({ timeout: 2_000 });
  }

  /** Presses keys one after the other, such as `Control+A`, `F2`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Writes out/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    const folder = join(outFolder, 'screenshots');
    await mkdir(folder, { recursive: true });
    const file = `${name.replaceAll(/[^\w.-]+/g, '-').slice(0, 120)}.png`;
    await this.page.screenshot({ path: join(folder, file) });
  }

  /** For `afterEach`: keeps a picture of the screen when the test failed. */
  async recordFailure(test: Mocha.Test | undefined): Promise<void> {
    if (test?.state === 'failed') await this.screenshot(`failed ${test.fullTitle()}`);
  }

  /** The icon's name goes on behind the title when it has a badge. */
  #tab(title: string): ReturnType<Page['locator']> {
    return this.page
      .locator('.activitybar')
      .getByRole('tab', { name: new RegExp(`^${title}\\b`) })
      .first();
  }
}

async function openWindow(browser: Browser, url: string): Promise<Page> {
  const { page } = await browser.open(url);
  page.setDefaultTimeout(patienceMs);
  await waitForWindow(page);
  return page;
}

async function waitForWindow(page: Page): Promise<void> {
  const timeout = 120_000;
  await page.locator('.monaco-workbench .activitybar [role=tab]').first().waitFor({ timeout });
  await page.locator('.statusbar-item').first().waitFor({ timeout });
}

async function endAll(owned: readonly (() => Promise<void>)[]): Promise<void> {
  for (const end of owned) await end();
}
