import * as vscode from 'vscode';

/**
 * Files as they were, made when they are read. Files, and not mere documents: VS Code activates the extension
 * to read them when it brings diff editors back after a reload of the window.
 */
export class ChangeFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #read: (uri: vscode.Uri) => Promise<string>;
  readonly #didChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  #lastTime = 0;

  readonly onDidChangeFile = this.#didChangeFile.event;

  constructor(read: (uri: vscode.Uri) => Promise<string>) {
    this.#read = read;
  }

  /** Lets the editors of these files read them again. */
  tellChanged(uris: readonly vscode.Uri[]): void {
    this.#didChangeFile.fire(uris.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  stat(): vscode.FileStat {
    // An editor does not read a file again whose time is the same.
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return { type: vscode.FileType.File, ctime: 0, mtime: this.#lastTime, size: 0 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from(await this.#read(uri), 'utf8');
  }

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
