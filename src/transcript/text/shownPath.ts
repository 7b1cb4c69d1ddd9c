import { shownLine } from './shownText';

/** A path as it is shown: the name first, the folder behind it, as VS Code lists files. */
export interface ShownPath {
  readonly name: string;
  /** Relative to the thread's folder where it lies in it; empty for files right in it. */
  readonly folder: string;
}

export function shownPath(path: string, cwd: string | undefined): ShownPath {
  const parts = shownLine(relative(path, cwd)).split(/(?<=[\\/])/);
  const name = parts.pop() ?? '';
  return { name, folder: parts.join('').replace(/(.)[\\/]$/, '$1') };
}

function relative(path: string, cwd: string | undefined): string {
  if (cwd === undefined || !path.startsWith(cwd)) return path;
  const rest = path.slice(cwd.length);
  if (/[\\/]$/.test(cwd)) return rest;
  return /^[\\/]./.test(rest) ? rest.slice(1) : path;
}
