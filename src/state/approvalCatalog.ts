import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { listApprovals, readApproval } from './approvalFiles';
import type { FiledApproval } from './approvalFiles';
import { fileStamp } from './fileStamp';
import { inBatches } from './inBatches';
import type { StateFolder } from './stateFolder';

interface KnownFile {
  /** Of the request, and of what lies beside it, when it was read. */
  readonly stamp: string;
  /** Undefined when the file cannot be used. */
  readonly approval: FiledApproval | undefined;
}

const nothing: readonly FiledApproval[] = [];

/**
 * What is known of the approvals of one folder. Nothing is read before a thread of it runs; from then on an
 * event costs one file, and a sweep a listing.
 */
export class ApprovalCatalog {
  readonly #folder: StateFolder;
  readonly #log: Log;
  readonly #known = new Map<string, KnownFile>();
  #isListed = false;

  constructor(folder: StateFolder, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** The requests in the name of a thread, the oldest first; whether they still matter is not known here. */
  of(threadId: string): readonly FiledApproval[] {
    const found = [...this.#known.values()].flatMap(({ approval }) => approval ?? []);
    const ofThread = found.filter((approval) => approval.threadId === threadId);
    return ofThread.length === 0 ? nothing : ofThread.sort((a, b) => a.requestedAt - b.requestedAt);
  }

  /** Reads these requests again, or for the first time. Returns the ids of the threads concerned. */
  async reread(ids: Iterable<string>): Promise<Set<string>> {
    const concerned = new Set<string>();
    if (!this.#isListed) return concerned;
    await inBatches([...ids], async (id) => {
      for (const threadId of await this.#read(id)) concerned.add(threadId);
    });
    return concerned;
  }

  /** Reads all requests, unless that has been done. */
  async load(): Promise<void> {
    if (!this.#isListed) await this.verify();
  }

  /** Looks for requests that changed, went or are new. */
  async verify(): Promise<void> {
    try {
      const listed = await listApprovals(this.#folder);
      this.#isListed = true;
      const changed = new Set([...this.#known.keys()].filter((id) => !listed.has(id)));
      await inBatches([...listed], async ([id, isAnswered]) => {
        if ((await this.#stampOf(id, isAnswered)) !== this.#known.get(id)?.stamp) changed.add(id);
      });
      await this.reread(changed);
    } catch (error) {
      this.#log.debug(`Approvals: ${errorText(error)}`);
    }
  }

  /** Returns the ids of the threads that the request named before and names now. */
  async #read(id: string): Promise<string[]> {
    const before = this.#known.get(id)?.approval;
    const stamp = await fileStamp(this.#folder.approvalRequestFile(id));
    const approval = await readApproval(this.#folder, id);
    if (stamp === undefined) this.#known.delete(id);
    else this.#known.set(id, { stamp: `${stamp}:${approval?.isAnswered ?? false}`, approval });
    return [before, approval].flatMap((each) => each?.threadId ?? []);
  }

  async #stampOf(id: string, isAnswered: boolean): Promise<string> {
    return `${await fileStamp(this.#folder.approvalRequestFile(id))}:${isAnswered}`;
  }
}
