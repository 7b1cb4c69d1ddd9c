import type { Log } from '../base/log';
import type { UnknownRecord } from '../base/record';
import { errorText, UserError } from '../base/userError';
import { endedFields, runningFields } from './entryNote';
import { previewOf } from './entryPreview';
import { isSafeId, newRunId, newShortId } from './ids';
import type { IndexDraft } from './indexDraft';
import { clearStaleKillSignal, removeOwnKillSignal } from './killSignals';
import { removePidFileIfOurs, touchPidFile, writePidFile } from './pidFiles';
import { RaisedApprovals } from './raisedApprovals';
import { finishRunSync } from './runFilesSync';
import { RunLog } from './runLog';
import { figuresOf, terminalFields, type RunOutcome } from './runOutcome';
import { createRunRecord, patchRunRecord } from './runRecords';
import type { StateFolder } from './stateFolder';
import { readIndex, updateIndex } from './threadIndex';

export interface RunFilesOptions {
  readonly folder: StateFolder;
  readonly threadId: string;
  /** On resume: the short id that the thread has in this folder. */
  readonly shortId?: string | undefined;
  /** Of something that dies with the run: its app-server. Kill signals are matched with it. */
  readonly pid: number;
  readonly prompt: string;
  readonly model: string;
  readonly cwd: string;
  readonly kind?: 'task' | 'review' | undefined;
  readonly sessionId?: string | undefined;
  readonly log: Log;
  readonly now?: (() => Date) | undefined;
}

/** Everything that one run of ours writes into a state folder, in the order in which the CLI expects it. */
export class RunFiles {
  readonly shortId: string;
  readonly runId: string;
  readonly logFile: string;
  readonly log: RunLog;
  /** What the run waits for leave to do. */
  readonly approvals: RaisedApprovals;
  readonly #options: RunFilesOptions;
  readonly #startedAt: Date;
  /** One change of the record after the other. */
  #recordTail: Promise<unknown> = Promise.resolve();
  #finish: Promise<'written' | 'deleted'> | undefined;

  private constructor(options: RunFilesOptions, shortId: string, startedAt: Date) {
    this.#options = options;
    this.#startedAt = startedAt;
    this.shortId = shortId;
    this.runId = newRunId(startedAt);
    this.logFile = options.folder.runLogFile(shortId, this.runId);
    const mayCreate = async (): Promise<boolean> => !(await this.#isDeleted());
    this.log = new RunLog(this.logFile, () => this.#now(), mayCreate);
    const { folder, threadId, cwd, log } = options;
    this.approvals = new RaisedApprovals({
      ...{ folder, threadId, cwd, log, runId: this.runId },
      setPending: (pendingApproval) => this.#patchRecord({ pendingApproval }),
      appendToLog: (...bodies) => this.log.append(...bodies),
    });
  }

  /**
   * Registers a run that is about to start its turn: index entry, pid and status in one locked write, then
   * the run record. What failed on the way is undone as far as it can be. Throws a `UserError`.
   */
  static async begin(options: RunFilesOptions): Promise<RunFiles> {
    const { folder, threadId, pid } = options;
    const startedAt = options.now?.() ?? new Date();
    if (!isSafeId(threadId)) throw new UserError('Codex gave the thread an id that cannot be a file name.');
    await folder.ensure();
    await clearStaleKillSignal(folder, threadId, pid, startedAt).catch((error: unknown) =>
      options.log.warn(`Kill signal of ${threadId}: ${errorText(error)}`),
    );
    const shortId = await register(options, startedAt);
    const files = new RunFiles(options, shortId, startedAt);
    try {
      if (folder.layout === 'workspace') await createRunRecord(folder, files.#firstRecord());
    } catch (error) {
      await files.#abandon(errorText(error));
      throw error;
    }
    return files;
  }

  /** The server has accepted the turn. */
  async turnStarted(): Promise<void> {
    await this.#patchRecord({ phase: 'running' });
  }

  /** For a run that lasts for days: lets the CLI's `clean` see that its pid file and log are in use. */
  async keepFresh(): Promise<void> {
    try {
      await touchPidFile(this.#options.folder, this.shortId);
      await this.log.touch();
    } catch (error) {
      this.#options.log.warn(`Run ${this.runId} could not be kept fresh: ${errorText(error)}`);
    }
  }

  /**
   * Writes the end of the run: approvals, log, kill signal, index, record, pid file. A step that fails does not
   * keep the later ones from being tried; what failed is thrown at the end as one error. `'deleted'`: somebody
   * deleted the thread meanwhile, and nothing of it was made again. A second call gives the result of the first.
   */
  finish(outcome: RunOutcome): Promise<'written' | 'deleted'> {
    this.#finish ??= this.#writeEnd(outcome);
    return this.#finish;
  }

  /**
   * The same as well as it goes without waiting, for a host that is being shut down. When the index is locked
   * the pid file stays, by which every listing recognises the run as dead.
   */
  finishSync(outcome: RunOutcome): void {
    if (this.#finish !== undefined) return;
    this.#finish = Promise.resolve('written');
    this.log.close();
    const { folder, threadId, pid, log } = this.#options;
    const { shortId, runId, logFile } = this;
    const [startedAt, endedAt] = [this.#startedAt, this.#now()];
    const run = { folder, threadId, pid, shortId, runId, logFile, startedAt, endedAt };
    const failures = [...this.approvals.closeSync(), ...finishRunSync(run, outcome)];
    for (const error of failures) log.error(`End of run ${runId}: ${errorText(error)}`);
  }

  async #writeEnd(outcome: RunOutcome): Promise<'written' | 'deleted'> {
    const { folder, threadId, pid, log } = this.#options;
    const failures: unknown[] = [];
    const attempt = async <T>(step: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await step();
      } catch (error) {
        log.error(`End of run ${this.runId}: ${errorText(error)}`);
        failures.push(error);
        return undefined;
      }
    };
    await this.approvals.close();
    const isDeleted = await this.#isDeleted();
    if (isDeleted) this.log.close();
    else if (outcome.output !== '') this.log.agentOutput(outcome.output);
    await attempt(() => this.log.flush());
    await attempt(() => removeOwnKillSignal(folder, threadId, pid));
    const indexed = isDeleted ? 'deleted' : await attempt(() => this.#writeStatus(outcome));
    await attempt(() => this.#writeRecord(outcome));
    // Without a pid file a status that still says `running` would be believed for ever.
    if (indexed !== undefined) await attempt(() => removePidFileIfOurs(folder, this.shortId, pid));
    if (failures.length > 0) throw asOneError(failures);
    return indexed ?? 'deleted';
  }

  /** Does nothing once the end is being written. */
  async #patchRecord(fields: UnknownRecord): Promise<void> {
    const { folder } = this.#options;
    if (folder.layout === 'global' || this.#finish !== undefined) return;
    const write = this.#recordTail.then(() => patchRunRecord(folder, this.runId, fields));
    this.#recordTail = write.catch(() => undefined); // told to its caller
    await write;
  }

  async #isDeleted(): Promise<boolean> {
    const reading = await readIndex(this.#options.folder);
    if (reading.kind === 'missing') return true;
    return reading.kind === 'ok' && reading.entries.get(this.shortId)?.threadId !== this.#options.threadId;
  }

  async #writeStatus(outcome: RunOutcome): Promise<'written' | 'deleted'> {
    const { folder, threadId } = this.#options;
    const fields = endedFields(outcome.status, this.#now(), outcome.reason, figuresOf(outcome));
    return await updateIndex(folder, (draft) => {
      if (draft.get(this.shortId)?.threadId !== threadId) return 'deleted';
      draft.patch(this.shortId, fields);
      return 'written';
    });
  }

  /** Also tried when the index entry is gone: the CLI never repairs a record that says `running`. */
  async #writeRecord(outcome: RunOutcome): Promise<void> {
    if (this.#options.folder.layout === 'global') return;
    await this.#recordTail; // nothing of it may come after the end
    const fields = terminalFields(outcome, this.#startedAt, this.#now());
    await patchRunRecord(this.#options.folder, this.runId, fields);
  }

  async #abandon(error: string): Promise<void> {
    const outcome: RunOutcome = { status: 'failed', output: '', error, filesChanged: [], commandsRun: [] };
    await this.finish(outcome).catch(() => undefined); // logged there; the caller throws the first error
  }

  #firstRecord(): UnknownRecord & { runId: string } {
    const { threadId, pid, prompt, model, kind = 'task', sessionId = null } = this.#options;
    const { runId, shortId } = this;
    return {
      ...{ runId, threadId, shortId, kind, phase: 'starting', status: 'running', pid, sessionId },
      logFile: `logs/${shortId}/${runId}.log`,
      logOffset: 0,
      prompt,
      model,
      startedAt: this.#startedAt.toISOString(),
      completedAt: null,
      elapsed: null,
      output: null,
      filesChanged: null,
      commandsRun: null,
      error: null,
      pendingApproval: null,
      pendingQuestion: null,
    };
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

/** Enters the run as `running`, with its pid file in place before anybody can read that; gives the short id. */
async function register(options: RunFilesOptions, startedAt: Date): Promise<string> {
  const { folder, threadId, pid, prompt, model, cwd } = options;
  let drawn: string | undefined;
  let written: string | undefined;
  const at = startedAt.toISOString();
  const common = { model, preview: previewOf(prompt), ...runningFields(startedAt) };
  try {
    return await updateIndex(folder, async (draft) => {
      const shortId = existingShortId(draft, options) ?? (drawn ??= newShortId((id) => draft.has(id)));
      const isKnown = draft.patch(shortId, common);
      if (!isKnown) draft.set(shortId, { threadId, createdAt: at, cwd, ...common });
      await writePidFile(folder, shortId, pid);
      written = shortId;
      return shortId;
    });
  } catch (error) {
    if (written !== undefined) await removePidFileIfOurs(folder, written, pid).catch(() => undefined);
    throw error;
  }
}

/** The thread's id in the file; on resume the one that it had, unless another thread has it now. */
function existingShortId(draft: IndexDraft, options: RunFilesOptions): string | undefined {
  const indexed = draft.findByThreadId(options.threadId);
  if (indexed !== undefined || options.shortId === undefined) return indexed;
  return draft.has(options.shortId) ? undefined : options.shortId;
}

function asOneError(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0];
  const text = `The end of the run was not fully saved. ${failures.map(errorText).join(' ')}`;
  return new UserError(text, { cause: new AggregateError(failures) });
}
