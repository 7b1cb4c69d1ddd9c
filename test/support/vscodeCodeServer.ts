import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './installRun';
import type { VsCode } from './installVsCode';
import { VsCodeProcess } from './vscodeProcess';

/** A VS Code for a browser, with its user data and extensions in a folder of its own. Paths are absolute. */
export interface CodeServerOptions {
  readonly vscode: VsCode;
  /** Is created when missing; holds settings, extensions and logs. Keep it short: a socket lies in it. */
  readonly dataFolder: string;
  /** A package to install, or a checkout that is linked, so that a new build only needs a reload. */
  readonly extension: { kind: 'packaged'; vsix: string } | { kind: 'linked'; folder: string };
  /** The folder to open. */
  readonly workspace: string;
  /** The whole environment, see editorEnvironment(). */
  readonly env: NodeJS.ProcessEnv;
  /** On top of the settings that keep the editor quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Lets VS Code ask whether the folder is trusted. */
  readonly withWorkspaceTrust?: boolean;
}

const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.confirmBeforeClose': 'never',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Installs the extension, starts the server and resolves with the address at which the folder opens. */
export async function startCodeServer(
  options: CodeServerOptions,
): Promise<{ server: VsCodeProcess; url: string }> {
  const { vscode, env } = options;
  const folders = await prepareFolders(options);
  await addExtension(options, folders);
  const args = [
    ...folders,
    ...['--auth', 'none'],
    ...['--bind-addr', `127.0.0.1:${options.port ?? 0}`],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    ...(options.withWorkspaceTrust === true ? [] : ['--disable-workspace-trust']),
  ];
  const server = new VsCodeProcess(vscode.node, [vscode.codeServer, ...args], env);
  try {
    const [, address = ''] = await server.firstLine(/HTTP server listening on (http:\S+?)\/?$/);
    const query = new URLSearchParams({ folder: options.workspace });
    return { server, url: `${address}/?${query.toString()}` };
  } catch (error) {
    await server.end();
    throw error;
  }
}

async function addExtension(options: CodeServerOptions, folders: readonly string[]): Promise<void> {
  const { vscode, extension, env } = options;
  if (extension.kind === 'packaged') {
    const args = [...folders, '--force', '--install-extension', extension.vsix];
    await run(vscode.node, [vscode.codeServer, ...args], { env });
    return;
  }
  // A new extensions folder is scanned once, whatever lies in it.
  await symlink(extension.folder, join(extensionsFolder(options), 'codex-collab'), 'dir');
}

/** Creates the folders of the editor and returns the options that name them. */
async function prepareFolders(options: CodeServerOptions): Promise<string[]> {
  const userData = join(options.dataFolder, 'user');
  const extensions = extensionsFolder(options);
  await mkdir(extensions, { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  // Those of scope `machine` count only where the server keeps its own.
  for (const scope of ['User', 'Machine']) {
    await mkdir(join(userData, scope), { recursive: true });
    await writeFile(join(userData, scope, 'settings.json'), JSON.stringify(settings, undefined, 2));
  }
  return [
    ...['--user-data-dir', userData],
    ...['--extensions-dir', extensions],
    ...['--config', join(userData, 'code-server.yaml')],
  ];
}

function extensionsFolder({ dataFolder }: CodeServerOptions): string {
  return join(dataFolder, 'extensions');
}
