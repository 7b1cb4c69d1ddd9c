import * as vscode from 'vscode';

/**
 * Read-only files that are made when they are read. Files, and not mere documents: editors of files come back
 * after a reload of the window, for which VS Code activates the extension, and keep cursor and scroll position
 * when their file changes.
 */
export class ComputedFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #read: (uri: vscode.Uri) => Promise<string>;
  readonly #typeOf: (uri: vscode.Uri) => vscode.FileType;
  readonly #didChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  #lastTime = 0;

  readonly onDidChangeFile = this.#didChangeFile.event;

  /** `typeOf` throws for what is not there. */
  constructor(
    read: (uri: vscode.Uri) => Promise<string>,
    typeOf: (uri: vscode.Uri) => vscode.FileType = () => vscode.FileType.File,
  ) {
    this.#read = read;
    this.#typeOf = typeOf;
  }

  /** Lets the editors of these files read them again. */
  tellChanged(...uris: readonly vscode.Uri[]): void {
    this.#didChangeFile.fire(uris.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const type = this.#typeOf(uri);
    // An editor does not read a file again whose time is the same.
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return { type, ctime: 0, mtime: this.#lastTime, size: 0 };
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
