import { constants } from 'node:fs';
import { mkdir, open, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../base/userError';
import { fileError, isMissing } from './fileErrors';
import { logLine, outputBlock } from './logBodies';

/** Neither through a link, which may lead anywhere, nor waiting for the other end of a pipe. */
const APPEND_TO_EXISTING =
  constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const APPEND = APPEND_TO_EXISTING | constants.O_CREAT;

/**
 * Appends to the log of one run, in the CLI's format, in the order of the calls and in whole groups of lines.
 * The file is made with the first line, if `mayCreate` has nothing against it; once it was there and is gone,
 * the thread was deleted, and it is not made again.
 */
export class RunLog {
  readonly file: string;
  readonly #now: () => Date;
  readonly #mayCreate: () => Promise<boolean>;
  #tail: Promise<void> = Promise.resolve();
  #hasWritten = false;
  #isClosed = false;
  #error: unknown;

  constructor(
    file: string,
    now: () => Date = () => new Date(),
    mayCreate: () => Promise<boolean> = () => Promise.resolve(true),
  ) {
    this.file = file;
    this.#now = now;
    this.#mayCreate = mayCreate;
  }

  /** Adds lines that belong together (see `logBodies`). */
  append(...bodies: string[]): void {
    const at = this.#now();
    this.#enqueue(bodies.map((body) => logLine(at, body)).join(''));
  }

  /** Adds the block with the agent's answer; once, when the turn ends. */
  agentOutput(text: string): void {
    this.#enqueue(outputBlock(this.#now(), text));
  }

  /** Resolves when everything is on disk; throws the first error since the last flush, as a `UserError`. */
  async flush(): Promise<void> {
    await this.#tail;
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw fileError(error, 'write', this.file);
  }

  /** Makes the file look new; does nothing while there is none. */
  async touch(): Promise<void> {
    const now = new Date();
    try {
      await utimes(this.file, now, now);
    } catch (error) {
      if (!isMissing(error)) throw fileError(error, 'write', this.file);
    }
  }

  /** From now on nothing is written any more, nor what still waits: the thread was deleted. */
  close(): void {
    this.#isClosed = true;
  }

  #enqueue(text: string): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#isClosed) return;
      try {
        await this.#write(text);
      } catch (error) {
        this.#error ??= error;
      }
    });
  }

  async #write(text: string): Promise<void> {
    try {
      if (!this.#hasWritten) {
        if (!(await this.#mayCreate())) {
          this.close();
          return;
        }
        await makeFolder(dirname(this.file));
      }
      const handle = await open(this.file, this.#hasWritten ? APPEND_TO_EXISTING : APPEND, 0o600);
      await handle.appendFile(text, 'utf8').finally(() => handle.close());
      this.#hasWritten = true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (this.#hasWritten || !(await this.#mayCreate())) this.close();
      else throw error;
    }
  }
}

/** Not those above it: they were there when the run began, and do not come back once somebody deleted them. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
