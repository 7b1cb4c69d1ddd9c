import { expand, type Machine, pathFolders, pathOf } from './codexPlaces';
import type { Disk } from './disk';

/** A program and its first arguments. */
export interface Command {
  command: string;
  args: readonly string[];
}

/** The folder in npm's platform packages is named after the Rust target that it was built for. */
const rustTargets: Record<string, string> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64': 'x86_64-pc-windows-msvc',
  'win32-arm64': 'aarch64-pc-windows-msvc',
};

/**
 * How to run the `codex` that was found. npm puts a small Node program in front of the real one, which costs a
 * second process and needs a Node in PATH: behind it stands the native program, or else it is run by a Node
 * that is looked for. Undefined when there is no way, as for an unknown script on Windows.
 */
export async function resolveCommand(
  found: string,
  machine: Machine,
  disk: Disk,
): Promise<Command | undefined> {
  const launcher = await npmLauncher(found, machine, disk);
  if (launcher === undefined)
    return isWindowsScript(found, machine) ? undefined : { command: found, args: [] };
  const native = await nativeProgram(launcher, machine, disk);
  if (native !== undefined) return { command: native, args: [] };
  const node = await findNode(pathOf(machine).dirname(found), machine, disk);
  if (node !== undefined) return { command: node, args: [launcher] };
  return isWindowsScript(found, machine) ? undefined : { command: found, args: [] };
}

function isWindowsScript(path: string, { platform }: Machine): boolean {
  return platform === 'win32' && !/\.(exe|com)$/i.test(path);
}

/** The path of `@openai/codex/bin/codex.js` when that is what `found` runs, with all links followed. */
async function npmLauncher(found: string, machine: Machine, disk: Disk): Promise<string | undefined> {
  const path = pathOf(machine);
  const real = await disk.realPath(found);
  if (/[\\/]@openai[\\/]codex[\\/]bin[\\/]codex\.js$/.test(real)) return real;
  // No link, but a script of npm or pnpm that starts the launcher of a package beside it.
  const script = path.join('@openai', 'codex', 'bin', 'codex.js');
  const candidates = await expand(
    path.join(path.dirname(found), 'global', '*', 'node_modules', script),
    machine,
    disk,
  );
  if (isWindowsScript(found, machine)) {
    candidates.push(
      path.join(path.dirname(found), 'node_modules', script),
      path.join(path.dirname(found), '..', script),
    );
  }
  for (const candidate of candidates) {
    if (await disk.isFile(candidate)) return disk.realPath(candidate);
  }
  return undefined;
}

/**
 * The native program in the platform package, which is found as Node finds a package, or in the package itself.
 * Old releases (0.107 is one) have another layout and a PATH of their own, so that they keep their launcher.
 */
async function nativeProgram(launcher: string, machine: Machine, disk: Disk): Promise<string | undefined> {
  const path = pathOf(machine);
  const platform = machine.platform === 'android' ? 'linux' : machine.platform;
  const target = rustTargets[`${platform}-${machine.arch}`];
  if (target === undefined) return undefined;
  const packageFolder = path.dirname(path.dirname(launcher));
  const tail = path.join('vendor', target, 'bin', platform === 'win32' ? 'codex.exe' : 'codex');
  const candidates: string[] = [];
  for (let folder = packageFolder; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    candidates.push(path.join(folder, 'node_modules', '@openai', `codex-${platform}-${machine.arch}`, tail));
  }
  candidates.push(path.join(packageFolder, tail));
  for (const candidate of candidates) {
    if (await disk.isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** A Node beside the launcher's link is the one that it was installed with. */
async function findNode(besides: string, machine: Machine, disk: Disk): Promise<string | undefined> {
  const name = machine.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of [besides, ...pathFolders(machine)]) {
    const node = pathOf(machine).join(folder, name);
    if (await disk.isExecutable(node)) return node;
  }
  return undefined;
}
