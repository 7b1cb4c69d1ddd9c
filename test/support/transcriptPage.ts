import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { FromPage, ToPage } from '../../src/transcript/messages';
import { transcriptPage } from '../../src/views/transcriptPage';
import { Browser } from './browser';
import { eventually } from './eventually';
import { installBrowser } from './installBrowser';
import { run } from './installRun';
import { projectRoot } from './paths';
import { createTemporaryFolder } from './temporaryFolder';

/** VS Code's default themes; `webviewThemes/` has what a real webview got of them. */
export type WebviewTheme = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

const contentTypes: Readonly<Record<string, string>> = {
  'transcript.js': 'text/javascript',
  'transcript.css': 'text/css',
  'codicon.ttf': 'font/ttf',
};

/** Runs in the page before anything else: what VS Code gives to a webview, and what tests want to know. */
const webviewScript = `(({ bodyClass, variables, defaultStyles, state }) => {
  const kept = sessionStorage.getItem('state');
  const host = { sent: [], violations: [], errors: [], state: kept === null ? state : JSON.parse(kept) };
  window.host = host;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => void host.sent.push(structuredClone(message)),
    getState: () => host.state,
    setState: (state) => {
      host.state = structuredClone(state);
      sessionStorage.setItem('state', JSON.stringify(state));
    },
  });
  document.addEventListener('securitypolicyviolation', (event) => host.violations.push(event.violatedDirective));
  window.addEventListener('error', (event) => host.errors.push(String(event.message)));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(defaultStyles);
  document.adoptedStyleSheets = [sheet];
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
    document.body.className = bodyClass;
  });
})`;

/** The page of the transcript as it is shipped, in a browser and under its real security policy, without VS Code. */
export class TranscriptBench {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #folder: string;
  readonly #owned: readonly (() => Promise<void>)[];

  private constructor(
    browser: Browser,
    server: Server,
    folder: string,
    owned: readonly (() => Promise<void>)[],
  ) {
    this.#browser = browser;
    this.#server = server;
    this.#folder = folder;
    this.#owned = owned;
  }

  /** Builds the page and starts a browser: use one for many pages, and `end` it. */
  static async start(): Promise<TranscriptBench> {
    const owned: (() => Promise<void>)[] = [];
    try {
      const folder = await createTemporaryFolder('codex-collab-transcript-');
      owned.unshift(() => folder.remove());
      const build = [join(projectRoot, 'esbuild.mjs'), '--production', '--out', folder.path];
      await run(process.execPath, build, { cwd: projectRoot });
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      owned.unshift(() => new Promise((resolve) => server.close(() => resolve())));
      const browser = await Browser.start(await installBrowser());
      owned.unshift(() => browser.end());
      return new TranscriptBench(browser, server, folder.path, owned).#serve();
    } catch (error) {
      for (const end of owned) await end();
      throw error;
    }
  }

  /** A page that has said that it is ready. `state` is what `setState` of an earlier one kept. */
  async open(
    options: { theme?: WebviewTheme; state?: unknown; size?: { width: number; height: number } } = {},
  ): Promise<OpenTranscript> {
    const { page } = await this.#browser.open('about:blank');
    if (options.size !== undefined) await page.setViewportSize(options.size);
    const themes = join(import.meta.dirname, 'webviewThemes');
    const theme: unknown = JSON.parse(
      await readFile(join(themes, `${options.theme ?? 'dark'}.json`), 'utf8'),
    );
    const given = {
      ...(theme as object),
      defaultStyles: await readFile(join(themes, 'defaultStyles.css'), 'utf8'),
      state: options.state,
    };
    await page.addInitScript(`${webviewScript}(${JSON.stringify(given)})`);
    const opened = new OpenTranscript(page);
    await page.goto(`${this.#origin}/`);
    await opened.waitForMessage('ready');
    return opened;
  }

  async end(): Promise<void> {
    for (const end of this.#owned) await end();
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #serve(): this {
    const html = transcriptPage({
      script: 'transcript.js',
      style: 'transcript.css',
      cspSource: this.#origin,
      nonce: 'n0nce',
    });
    this.#server.on('request', (request, response) => {
      const name = new URL(request.url ?? '/', this.#origin).pathname.slice(1);
      const type = contentTypes[name];
      if (name === '') response.setHeader('Content-Type', 'text/html').end(html);
      else if (type === undefined) response.writeHead(404).end();
      else {
        void readFile(join(this.#folder, name)).then((body) =>
          response.setHeader('Content-Type', type).end(body),
        );
      }
    });
    return this;
  }
}

/** One page, and the extension's side of its messages. */
export class OpenTranscript {
  readonly page: Page;
  /** Addresses that the page has asked for, besides its own files. */
  readonly requests: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname !== '/' && contentTypes[pathname.slice(1)] === undefined)
        this.requests.push(request.url());
    });
  }

  /** Sends messages in one go and waits until they are drawn. */
  async send(...messages: readonly (ToPage | { readonly type: string })[]): Promise<void> {
    await this.page.evaluate(
      `new Promise((resolve) => {
        for (const message of ${JSON.stringify(messages)}) window.postMessage(message, '*');
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
      })`,
    );
  }

  /** What the page has told the extension, in its order. */
  async sent(): Promise<readonly FromPage[]> {
    return this.page.evaluate('host.sent');
  }

  async waitForMessage<Type extends FromPage['type']>(
    type: Type,
  ): Promise<Extract<FromPage, { type: Type }>> {
    return eventually(
      async () => {
        const found = (await this.sent()).findLast((message) => message.type === type);
        if (found === undefined) throw new Error(`The page has not sent "${type}".`);
        return found as Extract<FromPage, { type: Type }>;
      },
      () => undefined,
    );
  }

  /** What `setState` kept. */
  async state(): Promise<unknown> {
    return this.page.evaluate('host.state');
  }

  /** Breaches of the security policy, and errors that nobody caught. */
  async complaints(): Promise<readonly string[]> {
    return this.page.evaluate('[...host.violations, ...host.errors]');
  }

  /** Closes the page. */
  async end(): Promise<void> {
    await this.page.context().close();
  }
}
