import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** When the outside program's change was on disk. */
export interface OutsideChange {
  /** By `process.hrtime()`, which all processes of a machine share. In ms. */
  readonly monotonicMs: number;
  /** Epoch ms. */
  readonly epochMs: number;
}

/** Another program that changes the shared folder, by the protocol of the CLI and without our code. */
export class OutsideProgram {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'programs', 'outside.mjs'), { execArgv: [] });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Changes fields of one entry of an index, under its lock and by rename. */
  patchEntry(index: string, shortId: string, fields: object): Promise<OutsideChange> {
    return this.#ask({ action: 'patchEntry', index, shortId, fields });
  }

  /** Writes a small file in its place, as kill signals and pid files are written. */
  write(path: string, text: string): Promise<OutsideChange> {
    return this.#ask({ action: 'write', path, text });
  }

  remove(path: string): Promise<OutsideChange> {
    return this.#ask({ action: 'remove', path });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  async #ask(request: object): Promise<OutsideChange> {
    const answer = once(this.#child, 'message');
    this.#child.send(request);
    const [change] = (await answer) as [OutsideChange | { error: string }];
    if ('error' in change) throw new Error(`The outside program failed: ${change.error}`);
    return change;
  }
}

/** Now, on the clock of {@link OutsideChange.monotonicMs}. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
