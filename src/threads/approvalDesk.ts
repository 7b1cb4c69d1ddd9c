import { randomBytes } from 'node:crypto';
import type { Disposable } from '../base/disposable';
import { isSafeId } from '../state/ids';
import type { RaisedApprovals } from '../state/raisedApprovals';
import type { FormValues } from './askedForm';
import { parseServerApproval } from './serverApproval';
import type { ApprovalRequest, ServerApproval } from './serverApproval';
import type { ApprovalDecision, PendingApproval } from './thread';
import type { FileEdit } from './turnItem';

interface OpenQuestion {
  readonly requestId: string | number;
  readonly approval: PendingApproval;
  readonly resolve: (answer: unknown) => void;
  readonly toAnswer: ServerApproval['toAnswer'];
  /** Runs out where codex waits for a while only. */
  readonly timer: NodeJS.Timeout | undefined;
}

export interface ApprovalDeskOptions {
  readonly onDidChange: () => void;
  /** What a `fileChange` item is about; the request itself does not say it. */
  readonly editsOf: (itemId: string) => readonly FileEdit[];
  /** Lets others see and answer what is asked here. */
  readonly files: Pick<RaisedApprovals, 'raise' | 'withdraw'>;
}

/** Keeps what codex asks during one run until somebody answers, the server withdraws it, or the run ends. */
export class ApprovalDesk implements Disposable {
  readonly #options: ApprovalDeskOptions;
  readonly #open = new Map<string, OpenQuestion>();
  readonly #usedIds = new Set<string>();
  #isClosed = false;

  constructor(options: ApprovalDeskOptions) {
    this.#options = options;
  }

  /** The question that has waited longest. */
  get first(): PendingApproval | undefined {
    return this.#open.values().next().value?.approval;
  }

  /** Resolves with the result for the server; undefined where we do not know the kind of question. */
  ask(request: ApprovalRequest): Promise<unknown> | undefined {
    const asked = parseServerApproval(request, this.#options.editsOf);
    if (asked === undefined) return undefined;
    const { file, toAnswer } = asked;
    // Nobody is to be asked what no longer matters.
    if (this.#isClosed) return Promise.resolve(toAnswer('cancel'));
    const id = this.#newId(asked.codexId);
    return new Promise((resolve) => {
      const approval = { id, ...asked.approval };
      const timer = this.#deadlineOf(approval);
      this.#open.set(id, { requestId: request.id, approval, resolve, toAnswer, timer });
      if (file !== undefined) {
        this.#options.files.raise({ id, ...file }, (decision) => void this.answer(id, decision));
      }
      this.#options.onDidChange();
    });
  }

  /** False when nothing waits under that id any more. `values`: what was filled in, where there is a form. */
  answer(id: string, decision: ApprovalDecision, values?: FormValues): boolean {
    const question = this.#open.get(id);
    if (question === undefined) return false;
    this.#open.delete(id);
    clearTimeout(question.timer);
    this.#options.files.withdraw(id);
    question.resolve(question.toAnswer(decision, values));
    this.#options.onDidChange();
    return true;
  }

  /** `serverRequest/resolved`: the server no longer wants an answer to that request. */
  withdraw(requestId: unknown): void {
    for (const [id, { requestId: openId, approval }] of this.#open) {
      // Nobody has said no, but the cancelling of some would end the turn.
      if (openId === requestId) this.answer(id, approval.decisions.includes('cancel') ? 'decline' : 'cancel');
    }
  }

  /** The turn is to end, or has ended: what waits is cancelled, and nothing is asked any more. */
  dispose(): void {
    this.#isClosed = true;
    for (const id of [...this.#open.keys()]) this.answer(id, 'cancel');
  }

  /** Codex leaves it to the client to keep the time that it names. */
  #deadlineOf({ id, form, requestedAt = Date.now() }: PendingApproval): NodeJS.Timeout | undefined {
    if (form?.deadline === undefined) return undefined;
    return setTimeout(() => this.answer(id, 'cancel'), form.deadline - requestedAt);
  }

  /** Becomes a file name. Codex asks twice about one item, and an answer must not count for both. */
  #newId(codexId: string): string {
    const isUsable = isSafeId(codexId) && !this.#usedIds.has(codexId);
    const id = isUsable ? codexId : `approval-${randomBytes(4).toString('hex')}`;
    this.#usedIds.add(id);
    return id;
  }
}
