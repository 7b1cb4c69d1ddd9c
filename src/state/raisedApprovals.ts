import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { removeApproval, removeApprovalSync, writeApprovalRequest } from './approvalFiles';
import type { ApprovalDecision, ApprovalNote, ApprovalRequest } from './approvalRequest';
import { DecisionWatch } from './decisionWatch';
import { logBodies } from './logBodies';
import type { StateFolder } from './stateFolder';

/** What a run asks; the rest of the request is the same for all of them. */
export type AskedRequest = Omit<ApprovalRequest, 'threadId' | 'workspaceDir' | 'note'> &
  Omit<ApprovalNote, 'runId'>;

/** `pendingApproval` of a run record. */
export interface PendingApprovalField {
  readonly id: string;
  readonly kind: ApprovalRequest['type'];
  readonly summary: string | null;
  /** ISO-8601. */
  readonly requestedAt: string;
}

export interface RaisedApprovalsOptions {
  readonly folder: StateFolder;
  readonly threadId: string;
  readonly runId: string;
  /** The folder in which the run was started. */
  readonly cwd: string;
  /** Tells the run record what the run waits for. */
  readonly setPending: (pending: PendingApprovalField | null) => Promise<void>;
  readonly appendToLog: (...bodies: string[]) => void;
  readonly log: Log;
  readonly pollMs?: number | undefined;
}

interface Raised {
  readonly asked: AskedRequest;
  readonly requestedAt: Date;
  readonly onDecision: (decision: ApprovalDecision) => void;
  /** Until then what lies there is not ours: neither the request nor a decision. */
  isWritten: boolean;
}

/** What one run of ours waits for leave to do, as files that the CLI and other windows can see and answer. */
export class RaisedApprovals {
  readonly #options: RaisedApprovalsOptions;
  /** By id, the oldest first. */
  readonly #open = new Map<string, Raised>();
  #watch: DecisionWatch | undefined;
  /** One change after the other. */
  #tail: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RaisedApprovalsOptions) {
    this.#options = options;
  }

  /** Lets others know. `onDecision` may be called until the request is withdrawn. What fails is logged. */
  raise(asked: AskedRequest, onDecision: (decision: ApprovalDecision) => void): void {
    if (this.#isClosed) return;
    const raised = { asked, requestedAt: new Date(), onDecision, isWritten: false };
    this.#open.set(asked.id, raised);
    const dir = this.#workspaceDir;
    this.#options.appendToLog(...logBodies.approvalNeeded({ ...asked, dir }));
    this.#enqueue(asked.id, () => this.#write(raised));
  }

  /** It has been answered, or nobody wants to know any more. */
  withdraw(id: string): void {
    const raised = this.#open.get(id);
    if (raised === undefined) return;
    this.#open.delete(id);
    this.#enqueue(id, () => this.#remove(raised));
  }

  /** Withdraws all, and raises nothing any more; resolves when no file is left. Never throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const id of [...this.#open.keys()]) this.withdraw(id);
    await this.#tail;
  }

  /** The same without waiting. Gives back what went wrong. */
  closeSync(): unknown[] {
    this.#isClosed = true;
    this.#watch?.dispose();
    const written = [...this.#open.values()].filter(({ isWritten }) => isWritten);
    this.#open.clear();
    return written.flatMap(({ asked }) => removeApprovalSync(this.#options.folder, asked.id));
  }

  /** As generation B has it: where a command has to be given to reach this folder of state. */
  get #workspaceDir(): string | undefined {
    return this.#options.folder.layout === 'global' ? undefined : this.#options.cwd;
  }

  #isOpen({ asked }: Raised): boolean {
    return this.#open.has(asked.id);
  }

  async #write(raised: Raised): Promise<void> {
    const { folder, threadId, runId } = this.#options;
    const { decisions, files, ...fields } = raised.asked;
    const note = { runId, decisions, files };
    const request = { ...fields, threadId, workspaceDir: this.#workspaceDir, note };
    try {
      raised.isWritten = await writeApprovalRequest(folder, request, () => this.#isOpen(raised));
    } catch (error) {
      this.#open.delete(raised.asked.id);
      throw error;
    }
    if (!raised.isWritten) return;
    // Who had no time to wait for the write could not remove it either.
    if (!this.#isOpen(raised)) {
      await this.#remove(raised);
      return;
    }
    this.#listen();
    await this.#tellRecord();
  }

  async #remove(raised: Raised): Promise<void> {
    if (this.#open.size === 0) {
      this.#watch?.dispose();
      this.#watch = undefined;
    }
    if (!raised.isWritten) return;
    await removeApproval(this.#options.folder, raised.asked.id).finally(() => this.#tellRecord());
  }

  async #tellRecord(): Promise<void> {
    const first = [...this.#open.values()].find(({ isWritten }) => isWritten);
    await this.#options.setPending(first === undefined ? null : pendingField(first));
  }

  #listen(): void {
    const { folder, log, pollMs } = this.#options;
    this.#watch ??= new DecisionWatch({
      folder,
      ids: () => [...this.#open].filter(([, { isWritten }]) => isWritten).map(([id]) => id),
      onDecision: (id, decision) => this.#decide(id, decision),
      log,
      pollMs,
    });
  }

  /** The CLI can decline whatever is asked; of any other answer counts what codex offers. */
  #decide(id: string, decision: ApprovalDecision): void {
    const raised = this.#open.get(id);
    if (raised === undefined) return;
    const { decisions } = raised.asked;
    if (decision === 'decline' || decisions.includes(decision)) return raised.onDecision(decision);
    const nearest = decision === 'acceptForSession' && decisions.includes('accept') ? 'accept' : 'decline';
    this.#options.log.warn(`Approvals: codex offers no ${decision} for ${id}; it counts as ${nearest}.`);
    raised.onDecision(nearest);
  }

  /** What fails here keeps nobody from answering in the window of the run. */
  #enqueue(id: string, work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work).catch((error: unknown) => {
      this.#options.log.warn(`Approval ${id}, as others see it: ${errorText(error)}`);
    });
  }
}

function pendingField({ asked, requestedAt }: Raised): PendingApprovalField {
  const { id, type, command, reason } = asked;
  const summary = (type === 'commandExecution' ? command : undefined) ?? reason ?? null;
  return { id, kind: type, summary, requestedAt: requestedAt.toISOString() };
}
