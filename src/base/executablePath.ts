import { access, constants } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

/** A variable of an environment, whose names know no case on Windows. Empty counts as not set. */
export function environmentVariable(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  name: string,
): string | undefined {
  const key =
    platform === 'win32' ? Object.keys(env).find((one) => one.toLowerCase() === name.toLowerCase()) : name;
  const value = key === undefined ? undefined : env[key];
  return value === '' ? undefined : value;
}

/** The absolute folders of PATH. The others would be looked for inside of a workspace. */
export function absolutePathFolders(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const path = platform === 'win32' ? win32 : posix;
  return (environmentVariable(env, platform, 'PATH') ?? '')
    .split(path.delimiter)
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => path.isAbsolute(folder));
}

/**
 * The absolute path of a program in PATH; undefined where there is none. Unlike the system's own look-up it
 * never finds one in the current folder, which may be one that nobody trusts.
 */
export async function findExecutable(
  name: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const file = platform === 'win32' ? `${name}.exe` : name;
  for (const folder of absolutePathFolders(env, platform)) {
    const path = (platform === 'win32' ? win32 : posix).join(folder, file);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}
