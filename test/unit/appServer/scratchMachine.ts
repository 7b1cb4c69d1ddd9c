import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, win32 } from 'node:path';
import { type CodexLookupResult, findCodex } from '../../../src/appServer/codexBinary';
import { type Disk, localDisk } from '../../../src/appServer/disk';

/**
 * A machine in a scratch folder: the search sees its files under the paths that they would have on a real one
 * (`/home/me/…`, `C:\Users\me\…`) and nothing of this machine.
 */
export class ScratchMachine {
  readonly homeDir: string;
  readonly #root: string;
  readonly #platform: NodeJS.Platform;

  static async create(platform: NodeJS.Platform): Promise<ScratchMachine> {
    return new ScratchMachine(
      await localDisk.realPath(await mkdtemp(join(tmpdir(), 'codex-machine-'))),
      platform,
    );
  }

  private constructor(root: string, platform: NodeJS.Platform) {
    this.#root = root;
    this.#platform = platform;
    this.homeDir = platform === 'win32' ? 'C:\\Users\\me' : '/home/me';
  }

  /** Puts an executable file at the path. */
  async addProgram(path: string): Promise<void> {
    await this.#write(path, 0o755);
  }

  /** Puts a file at the path that may not be executed. */
  async addFile(path: string): Promise<void> {
    await this.#write(path, 0o644);
  }

  async addLink(path: string, target: string): Promise<void> {
    await mkdir(dirname(this.#real(path)), { recursive: true });
    await symlink(this.#real(target), this.#real(path));
  }

  /** Runs the search; the answer in one line: `source: command arguments`, or the message. */
  async find(env: NodeJS.ProcessEnv = {}, configuredPath = ''): Promise<string> {
    const result = await this.findResult(env, configuredPath);
    if (result.kind === 'missing') return result.error.message;
    const { source, command, args } = result.binary;
    return `${source}: ${[command, ...args].join(' ')}`;
  }

  findResult(env: NodeJS.ProcessEnv = {}, configuredPath = ''): Promise<CodexLookupResult> {
    const lookup = { configuredPath, env, platform: this.#platform, homeDir: this.homeDir, arch: 'x64' };
    return findCodex(lookup, this.#disk());
  }

  async dispose(): Promise<void> {
    await rm(this.#root, { recursive: true });
  }

  #disk(): Disk {
    return {
      isFile: (path) => localDisk.isFile(this.#real(path)),
      isExecutable: (path) => localDisk.isExecutable(this.#real(path)),
      list: (folder) => localDisk.list(this.#real(folder)),
      realPath: async (path) => this.#shown(await localDisk.realPath(this.#real(path))),
    };
  }

  async #write(path: string, mode: number): Promise<void> {
    await mkdir(dirname(this.#real(path)), { recursive: true });
    await writeFile(this.#real(path), '#!/bin/sh\n');
    await chmod(this.#real(path), mode);
  }

  #real(path: string): string {
    if (this.#platform !== 'win32') return join(this.#root, path);
    return join(this.#root, ...win32.normalize(path).replace(':', '').split('\\'));
  }

  #shown(real: string): string {
    const path = relative(this.#root, real);
    if (this.#platform !== 'win32') return `/${path}`;
    const [drive = '', ...rest] = path.split('/');
    return `${drive}:\\${rest.join('\\')}`;
  }
}
