import type { FiledApproval } from './approvalFiles';
import type { KillSignal } from './killSignals';
import type { OwnerVerdict } from './pidFiles';
import type { RunSummary } from './runSummary';
import type { StateFolder } from './stateFolder';
import type { IndexEntry } from './threadIndex';

/** One thread as it stands in one folder. Replaced as a whole when anything of it changes. */
export interface ThreadOnDisk {
  readonly folder: StateFolder;
  readonly shortId: string;
  readonly entry: IndexEntry;
  /** Only judged while the entry says `running`. */
  readonly owner: OwnerVerdict | undefined;
  /** Only looked for while the entry says `running`: otherwise there is nothing to end. */
  readonly killSignal: KillSignal | undefined;
  /** The requests in its name, the oldest first, stale ones too; only looked for while the entry says `running`. */
  readonly approvals: readonly FiledApproval[];
  /** Workspace layout: the run that began last. Of threads that do not run possibly not read yet. */
  readonly latestRun: RunSummary | undefined;
}

export function isRunning(entry: IndexEntry): boolean {
  return entry.lastStatus === 'running';
}

/** True when a reader of both could see no difference. Entries, runs and approvals are compared by identity. */
export function isSameThread(a: ThreadOnDisk, b: ThreadOnDisk): boolean {
  return (
    a.entry === b.entry &&
    a.latestRun === b.latestRun &&
    isSameOwner(a.owner, b.owner) &&
    isSameSignal(a.killSignal, b.killSignal) &&
    a.approvals.length === b.approvals.length &&
    a.approvals.every((approval, index) => approval === b.approvals[index])
  );
}

function isSameOwner(a: OwnerVerdict | undefined, b: OwnerVerdict | undefined): boolean {
  return a?.kind === b?.kind && pidOf(a) === pidOf(b);
}

function pidOf(verdict: OwnerVerdict | undefined): number | undefined {
  return verdict?.kind === 'alive' ? verdict.pid : undefined;
}

function isSameSignal(a: KillSignal | undefined, b: KillSignal | undefined): boolean {
  return a?.content === b?.content && a?.mtimeMs === b?.mtimeMs && a?.isDirectory === b?.isDirectory;
}
