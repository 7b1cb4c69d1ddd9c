import { posix, win32 } from 'node:path';
import { absolutePathFolders, environmentVariable } from '../base/executablePath';
import type { Disk } from './disk';

/** Where the search takes place. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  /** As in `process.arch`. */
  arch: string;
  homeDir: string;
}

/** `node:path` as the machine has it. */
export function pathOf(machine: Machine): typeof posix {
  return machine.platform === 'win32' ? win32 : posix;
}

/** A variable of the machine's environment. */
export function variable({ env, platform }: Machine, name: string): string | undefined {
  return environmentVariable(env, platform, name);
}

/** The absolute folders of PATH. */
export function pathFolders({ env, platform }: Machine): string[] {
  return absolutePathFolders(env, platform);
}

/**
 * The folders into which version managers and package managers put `codex`. An editor that was not started
 * from a terminal often does not have them in its PATH.
 */
export async function knownFolders(machine: Machine, disk: Disk): Promise<string[]> {
  const patterns = machine.platform === 'win32' ? windowsPatterns(machine) : posixPatterns(machine);
  const absolute = patterns.filter((pattern) => pathOf(machine).isAbsolute(pattern));
  const folders = await Promise.all(absolute.map((pattern) => expand(pattern, machine, disk)));
  return [...new Set(folders.flat())];
}

/** `*` stands for one folder, newest version first. Real installs stand before shims that choose by folder. */
function posixPatterns(machine: Machine): string[] {
  const root = (name: string, fallback: string): string =>
    variable(machine, name) ?? posix.join(machine.homeDir, fallback);
  const data = root('XDG_DATA_HOME', '.local/share');
  const mise = variable(machine, 'MISE_DATA_DIR') ?? posix.join(data, 'mise');
  const asdf = root('ASDF_DATA_DIR', '.asdf');
  const fnm = variable(machine, 'FNM_DIR') ?? posix.join(data, 'fnm');
  return [
    `${root('NVM_DIR', '.nvm')}/versions/node/*/bin`,
    ...['node/*/bin', 'npm-openai-codex/*/bin', 'codex/*/bin', 'codex/*'].map(
      (tail) => `${mise}/installs/${tail}`,
    ),
    `${asdf}/installs/nodejs/*/bin`,
    `${fnm}/node-versions/*/installation/bin`,
    `${machine.homeDir}/Library/Application Support/fnm/node-versions/*/installation/bin`,
    `${machine.homeDir}/.fnm/node-versions/*/installation/bin`,
    `${root('VOLTA_HOME', '.volta')}/bin`,
    `${root('BUN_INSTALL', '.bun')}/bin`,
    `${variable(machine, 'npm_config_prefix') ?? ''}/bin`,
    `${machine.homeDir}/.npm-global/bin`,
    ...[variable(machine, 'PNPM_HOME') ?? '', `${data}/pnpm`, `${machine.homeDir}/Library/pnpm`],
    ...['.local/bin', '.cargo/bin'].map((tail) => `${machine.homeDir}/${tail}`),
    ...['/opt/homebrew/bin', '/home/linuxbrew/.linuxbrew/bin', `${machine.homeDir}/.linuxbrew/bin`],
    '/usr/local/bin',
    `${mise}/shims`,
    `${asdf}/shims`,
  ];
}

function windowsPatterns(machine: Machine): string[] {
  const { homeDir } = machine;
  const roaming = variable(machine, 'APPDATA') ?? `${homeDir}\\AppData\\Roaming`;
  const local = variable(machine, 'LOCALAPPDATA') ?? `${homeDir}\\AppData\\Local`;
  const mise = variable(machine, 'MISE_DATA_DIR') ?? `${local}\\mise`;
  const fnm = variable(machine, 'FNM_DIR') ?? `${roaming}\\fnm`;
  return [
    `${roaming}\\npm`,
    variable(machine, 'npm_config_prefix') ?? '',
    variable(machine, 'NVM_SYMLINK') ?? '',
    `${variable(machine, 'NVM_HOME') ?? `${roaming}\\nvm`}\\*`,
    `${mise}\\installs\\node\\*`,
    `${fnm}\\node-versions\\*\\installation`,
    `${variable(machine, 'VOLTA_HOME') ?? `${local}\\Volta`}\\bin`,
    `${variable(machine, 'BUN_INSTALL') ?? `${homeDir}\\.bun`}\\bin`,
    variable(machine, 'PNPM_HOME') ?? `${local}\\pnpm`,
    `${local}\\Microsoft\\WinGet\\Links`,
    `${homeDir}\\scoop\\shims`,
    `${homeDir}\\.local\\bin`,
    `${homeDir}\\.cargo\\bin`,
    `${mise}\\shims`,
  ];
}

/** The folders that a pattern stands for, those of the newest version first. */
export async function expand(pattern: string, machine: Machine, disk: Disk): Promise<string[]> {
  const path = pathOf(machine);
  const [start = '', ...rest] = pattern.split(`${path.sep}*`);
  let folders = [start];
  for (const tail of rest) {
    const deeper = folders.map(async (folder) => {
      const names = await disk.list(folder);
      const newestFirst = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
      return newestFirst.map((name) => path.join(folder, name, tail));
    });
    folders = (await Promise.all(deeper)).flat();
  }
  return folders;
}
