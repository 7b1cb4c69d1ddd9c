import { UserError } from '../base/userError';
import { knownFolders, type Machine, pathFolders, pathOf, variable } from './codexPlaces';
import { type Disk, localDisk } from './disk';
import { type Command, resolveCommand } from './npmLauncher';

/** The codex to run, and where it was found. */
export interface CodexBinary {
  /** An absolute path. */
  command: string;
  /** Arguments before codex's own, when `command` is a Node that runs codex's launcher. */
  args: readonly string[];
  source: 'setting' | 'path' | 'knownPlace';
}

/** What the search depends on. */
export interface CodexLookup {
  /** The setting `codexCollab.codexPath`; empty when not set. A leading `~` is the home folder. */
  configuredPath: string;
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  homeDir: string;
  /** As in `process.arch`, which is the default. */
  arch?: string;
}

/** A missing codex is a state of the machine, which views show: no exception. */
export type CodexLookupResult =
  { kind: 'found'; binary: CodexBinary } | { kind: 'missing'; error: UserError };

/**
 * Looks for codex: the setting alone when there is one, else PATH, else the places where version managers and
 * package managers put it. Never searches a relative folder, which would be one of the workspace.
 */
export async function findCodex(lookup: CodexLookup, disk: Disk = localDisk): Promise<CodexLookupResult> {
  const machine: Machine = { ...lookup, arch: lookup.arch ?? process.arch };
  const configured = lookup.configuredPath.trim();
  if (configured !== '') return configuredCodex(configured, machine, disk);
  const binary =
    (await firstCodex(pathFolders(machine), 'path', machine, disk)) ??
    (await firstCodex(await knownFolders(machine, disk), 'knownPlace', machine, disk));
  if (binary !== undefined) return { kind: 'found', binary };
  return {
    kind: 'missing',
    error: new UserError(
      'Codex was not found: neither in PATH nor where npm, nvm, mise, bun and Homebrew put it. Install it, or set its path.',
      { remedies: [{ kind: 'setCodexPath' }, { kind: 'installCodex' }] },
    ),
  };
}

async function configuredCodex(setting: string, machine: Machine, disk: Disk): Promise<CodexLookupResult> {
  const { homeDir } = machine;
  const path = /^~[\\/]/.test(setting) ? pathOf(machine).join(homeDir, setting.slice(2)) : setting;
  if (!pathOf(machine).isAbsolute(path)) return badSetting(setting, 'is not an absolute path');
  if (!(await disk.isFile(path))) return badSetting(setting, 'is not a file');
  if (!(await disk.isExecutable(path))) return badSetting(setting, 'may not be executed');
  const command = await resolveCommand(path, machine, disk);
  if (command === undefined) return badSetting(setting, 'is a script that cannot be run without a shell');
  return { kind: 'found', binary: { ...command, source: 'setting' } };
}

function badSetting(setting: string, what: string): CodexLookupResult {
  const error = new UserError(`The setting codexCollab.codexPath names ${setting}, which ${what}.`, {
    remedies: [{ kind: 'setCodexPath' }],
  });
  return { kind: 'missing', error };
}

async function firstCodex(
  folders: readonly string[],
  source: CodexBinary['source'],
  machine: Machine,
  disk: Disk,
): Promise<CodexBinary | undefined> {
  for (const folder of folders) {
    for (const name of programNames(machine)) {
      const command = await usable(pathOf(machine).join(folder, name), machine, disk);
      if (command !== undefined) return { ...command, source };
    }
  }
  return undefined;
}

async function usable(path: string, machine: Machine, disk: Disk): Promise<Command | undefined> {
  return (await disk.isExecutable(path)) ? resolveCommand(path, machine, disk) : undefined;
}

function programNames(machine: Machine): string[] {
  if (machine.platform !== 'win32') return ['codex'];
  const extensions = (variable(machine, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';');
  return extensions.filter((one) => one !== '').map((one) => `codex${one.toLowerCase()}`);
}
