import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';

/** The questions that the search for codex asks the file system. None of them rejects. */
export interface Disk {
  /** True for a file (or a link to one) that this user may execute; on Windows for any file. */
  isExecutable(path: string): Promise<boolean>;
  isFile(path: string): Promise<boolean>;
  /** The names in a folder; none when it cannot be read. */
  list(folder: string): Promise<string[]>;
  /** The path with every link followed; the path itself when that fails. */
  realPath(path: string): Promise<string>;
}

/** The file system of this machine. */
export const localDisk: Disk = {
  async isExecutable(path) {
    if (!(await localDisk.isFile(path))) return false;
    return access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
  },
  isFile: (path) =>
    stat(path).then(
      (found) => found.isFile(),
      () => false,
    ),
  list: (folder) => readdir(folder).catch(() => []),
  realPath: (path) => realpath(path).catch(() => path),
};
