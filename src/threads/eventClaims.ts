import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../base/log';
import { errorCode, errorText } from '../base/userError';

/** No event is told of so late (ms); claims that are older are removed. */
const MAX_AGE_MS = 24 * 3_600_000;

/**
 * Keeps several windows from telling of one event: the first to claim it does. A claim is an empty file in a
 * folder of the extension's own that all windows share.
 */
export class EventClaims {
  readonly #dir: string;
  readonly #log: Log;
  #swept: Promise<void> | undefined;

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  /** True for the first who claims `event`, any text that names it. Told twice is better than never. */
  async claim(event: string): Promise<boolean> {
    const name = createHash('sha256').update(event).digest('hex').slice(0, 32);
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      const isFirst = await makeFile(join(this.#dir, name));
      this.#swept ??= this.#sweep();
      return isFirst;
    } catch (error) {
      this.#log.warn(`What other windows tell of is not known: ${errorText(error)}`);
      return true;
    }
  }

  /** Once for each window is enough: a claim is a name. */
  async #sweep(): Promise<void> {
    const tooOld = Date.now() - MAX_AGE_MS;
    const names = await readdir(this.#dir).catch(() => []);
    for (const name of names) {
      const file = join(this.#dir, name);
      const stats = await stat(file).catch(() => undefined);
      if (stats !== undefined && stats.mtimeMs < tooOld)
        await rm(file, { force: true }).catch(() => undefined);
    }
  }
}

/** False when it is there already. */
async function makeFile(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}
