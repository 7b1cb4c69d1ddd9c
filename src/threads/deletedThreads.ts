import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { writeAtomically } from '../state/atomicFile';
import { isSafeId, requireSafeId } from '../state/ids';
import { isWorkspaceKey } from '../state/stateFolder';

/** Where a deleted thread stood, and what its entry was. */
export interface DeletedThread {
  /** A workspace key, or empty for the global folder. */
  readonly folderKey: string;
  readonly shortId: string;
  readonly entry: UnknownRecord;
}

/** Notes of deleted threads, in a folder of the extension's own, by which they can be restored as they were. */
export class DeletedThreads {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async note(threadId: string, thread: DeletedThread): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await writeAtomically(this.#fileOf(threadId), JSON.stringify(thread));
  }

  /** Undefined for a thread that was not deleted here, and for a note that cannot be used. */
  async find(threadId: string): Promise<DeletedThread | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#fileOf(threadId), 'utf8'));
      return isDeletedThread(value) && value.entry.threadId === threadId ? value : undefined;
    } catch {
      return undefined; // missing or damaged: it is restored from what codex knows
    }
  }

  async forget(threadId: string): Promise<void> {
    await rm(this.#fileOf(threadId), { force: true });
  }

  #fileOf(threadId: string): string {
    return join(this.#dir, `${requireSafeId(threadId)}.json`);
  }
}

function isDeletedThread(value: unknown): value is DeletedThread {
  if (!isRecord(value)) return false;
  const { folderKey, shortId, entry } = value;
  const isPlace = typeof folderKey === 'string' && (folderKey === '' || isWorkspaceKey(folderKey));
  return isPlace && isSafeId(shortId) && isRecord(entry);
}
