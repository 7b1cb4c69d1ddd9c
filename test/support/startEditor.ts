import { join } from 'node:path';
import { installStep } from './installStep';
import { run } from './installRun';
import { installVsCode } from './installVsCode';
import type { StartHome } from './startHome';
import { createTemporaryFolder } from './temporaryFolder';
import type { TemporaryFolder } from './temporaryFolder';
import { startCodeServer } from './vscodeCodeServer';
import { VsCodeProcess } from './vscodeProcess';

export interface StartOptions {
  readonly home: StartHome;
  /** The folder with the extension's package.json. */
  readonly extension: string;
  /** Of the web editor; 0 takes a free one. */
  readonly port: number;
  /** Whether a browser is opened. */
  readonly isOpened: boolean;
}

/** An editor that a person looks at. */
export interface StartedEditor {
  /** What leads there: a URL, or the name of the window. */
  readonly address: string;
  /** Resolves with the reason when it is gone. */
  readonly exited: Promise<string>;
  end(): Promise<void>;
}

/** Whether there is a desktop VS Code, and a screen for it. */
export async function hasDesktopEditor(): Promise<boolean> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && DISPLAY === undefined && WAYLAND_DISPLAY === undefined) return false;
  return run('code', ['--version']).then(
    () => true,
    () => false,
  );
}

/** A new desktop window with settings of its own; ends when the window is closed. */
export async function openDesktopEditor(options: StartOptions): Promise<StartedEditor> {
  const data = await createTemporaryFolder('codex-collab-');
  const args = [
    '--new-window',
    '--wait',
    ...['--user-data-dir', join(data.path, 'user')],
    ...['--extensions-dir', join(data.path, 'extensions')],
    `--extensionDevelopmentPath=${options.extension}`,
    '--skip-welcome',
    '--disable-workspace-trust',
    options.home.workspace,
  ];
  const editor = new VsCodeProcess('code', args, options.home.env);
  return { address: 'desktop VS Code', exited: editor.exited, end: () => endEditor(editor, data) };
}

/** The web editor on this machine, with the extension linked from the checkout. */
export async function openWebEditor(options: StartOptions): Promise<StartedEditor> {
  const vscode = await installVsCode('newest');
  const data = await createTemporaryFolder('codex-collab-');
  const { server, url } = await installStep(`VS Code ${vscode.version} started`, () =>
    startCodeServer({
      vscode,
      dataFolder: data.path,
      extension: { kind: 'linked', folder: options.extension },
      workspace: options.home.workspace,
      env: options.home.env,
      port: options.port,
    }),
  );
  if (options.isOpened) await openBrowser(url);
  return { address: url, exited: server.exited, end: () => endEditor(server, data) };
}

/** Where there is no screen, the printed address has to do. */
async function openBrowser(url: string): Promise<void> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'darwin') await run('open', [url]);
  else if (DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined) {
    await run('xdg-open', [url]).catch(() => undefined);
  }
}

async function endEditor(editor: VsCodeProcess, data: TemporaryFolder): Promise<void> {
  await editor.end();
  await data.remove();
}
