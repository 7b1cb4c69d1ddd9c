import * as vscode from 'vscode';

/**
 * The outputs of threads as read-only files `/THREAD/TITLE`, made when they are read. Editors of files come
 * back after a reload of the window, and keep cursor and scroll position when their file changes.
 */
export class OutputFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #read: (uri: vscode.Uri) => Promise<string>;
  readonly #didChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  #lastTime = 0;

  readonly onDidChangeFile = this.#didChangeFile.event;

  constructor(read: (uri: vscode.Uri) => Promise<string>) {
    this.#read = read;
  }

  /** Lets the editors of that file read it again. */
  tellChanged(uri: vscode.Uri): void {
    this.#didChangeFile.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const depth = uri.path.split('/').filter((part) => part !== '').length;
    if (depth > 2) throw vscode.FileSystemError.FileNotFound(uri);
    const type = depth === 2 ? vscode.FileType.File : vscode.FileType.Directory;
    // An editor does not read a file again whose time is the same.
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return { type, ctime: 0, mtime: this.#lastTime, size: 0 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from(await this.#read(uri), 'utf8');
  }

  /** Documents say themselves when they open and close. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#didChangeFile.dispose();
  }
}
