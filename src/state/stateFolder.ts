import { access, constants, mkdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { cliLockTimes, FileLock, type LockTimes } from './fileLock';
import { fileError } from './fileErrors';
import { requireSafeId } from './ids';

/** How the CLI lays its files out: its first generation keeps one folder, the second one per workspace. */
export type Layout = 'global' | 'workspace';

const WORKSPACE_KEY = /^[a-z0-9_-]*-[0-9a-f]{16}$/;

/** True for the name of a folder in `workspaces/`: a slug, which may be empty, and 16 hex digits. */
export function isWorkspaceKey(name: string): boolean {
  return WORKSPACE_KEY.test(name);
}

/**
 * One folder of shared state: where each kind of file lives in it. The two layouts are this one class with
 * different data. Every method that takes an id throws on one that is no safe file name.
 */
export class StateFolder {
  readonly layout: Layout;
  /** `~/.codex-collab`, for both layouts. */
  readonly rootPath: string;
  readonly path: string;
  /** The workspace key; empty for the global folder. */
  readonly key: string;
  readonly indexFile: string;
  readonly indexLock: FileLock;
  /** Its presence says that generation B has taken this workspace's threads over from the global folder. */
  readonly migrationStateFile: string | undefined;
  readonly migrationLock: FileLock | undefined;
  readonly logsDir: string;
  readonly pidsDir: string;
  readonly killSignalsDir: string;
  readonly approvalsDir: string;
  readonly runsDir: string | undefined;

  constructor(rootPath: string, key: string, lockTimes: LockTimes = cliLockTimes) {
    if (key !== '' && !isWorkspaceKey(key)) throw new Error(`Not a workspace key: ${JSON.stringify(key)}`);
    this.layout = key === '' ? 'global' : 'workspace';
    this.rootPath = rootPath;
    this.path = key === '' ? rootPath : join(rootPath, 'workspaces', key);
    const base = join(this.path, sep);
    this.key = key;
    this.indexFile = `${base}threads.json`;
    this.indexLock = new FileLock(this.indexFile, lockTimes);
    this.migrationStateFile = key === '' ? undefined : `${base}migration-state.json`;
    this.migrationLock =
      this.migrationStateFile === undefined ? undefined : new FileLock(this.migrationStateFile, lockTimes);
    this.logsDir = `${base}logs`;
    this.pidsDir = `${base}pids`;
    this.killSignalsDir = `${base}kill-signals`;
    this.approvalsDir = `${base}approvals`;
    this.runsDir = key === '' ? undefined : `${base}runs`;
  }

  get indexLockFile(): string {
    return `${this.indexFile}.lock`;
  }

  pidFile(shortId: string): string {
    return join(this.pidsDir, requireSafeId(shortId));
  }

  killSignalFile(threadId: string): string {
    return join(this.killSignalsDir, requireSafeId(threadId));
  }

  approvalRequestFile(approvalId: string): string {
    return join(this.approvalsDir, `${requireSafeId(approvalId)}.json`);
  }

  approvalDecisionFile(approvalId: string): string {
    return join(this.approvalsDir, `${requireSafeId(approvalId)}.decision`);
  }

  /** The log of one run: shared by all runs of the thread in the global layout, one for each run else. */
  runLogFile(shortId: string, runId: string): string {
    if (this.layout === 'global') return this.sharedLogFile(shortId);
    return join(this.logsDir, requireSafeId(shortId), `${requireSafeId(runId)}.log`);
  }

  /** The log of all runs of a thread; in the workspace layout one that an older version left. */
  sharedLogFile(shortId: string): string {
    // Not `join`: it is asked for every thread there is.
    return `${this.logsDir}${sep}${requireSafeId(shortId)}.log`;
  }

  /** Where the output of a thread may be found, oldest first: log files and folders of log files. */
  logPaths(shortId: string): readonly string[] {
    const shared = this.sharedLogFile(shortId);
    return this.layout === 'global' ? [shared] : [shared, `${this.logsDir}${sep}${shortId}`];
  }

  /** Throws in the global layout, which has no run records. */
  runRecordFile(runId: string): string {
    if (this.runsDir === undefined) throw new Error('The global layout has no run records.');
    return join(this.runsDir, `${requireSafeId(runId)}.json`);
  }

  /**
   * Makes the folder and its parts, for the owner alone; what exists keeps its mode. Throws a `UserError`
   * that names the folder which cannot be made or written.
   */
  async ensure(): Promise<void> {
    const parts = [this.logsDir, this.approvalsDir, this.killSignalsDir, this.pidsDir];
    if (this.runsDir !== undefined) parts.push(this.runsDir, join(this.path, 'guardian'));
    for (const folder of [this.path, ...parts]) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await access(folder, constants.W_OK | constants.X_OK);
      } catch (error) {
        throw fileError(error, 'write', folder);
      }
    }
  }
}
