import { randomBytes } from 'node:crypto';
import type { Disposable } from '../base/disposable';
import { isSafeId } from '../state/ids';
import type { RaisedApprovals } from '../state/raisedApprovals';
import { parseServerApproval } from './serverApproval';
import type { ApprovalRequest } from './serverApproval';
import type { ApprovalDecision, PendingApproval } from './thread';

interface OpenQuestion {
  readonly requestId: string | number;
  readonly approval: PendingApproval;
  readonly resolve: (answer: unknown) => void;
  readonly toAnswer: (decision: ApprovalDecision) => unknown;
}

export interface ApprovalDeskOptions {
  readonly onDidChange: () => void;
  /** The files that a `fileChange` item is about; the request itself does not name them. */
  readonly filesOf: (itemId: string) => readonly string[];
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
    const asked = parseServerApproval(request, this.#options.filesOf);
    if (asked === undefined) return undefined;
    const { file, toAnswer } = asked;
    // Nobody is to be asked what no longer matters.
    if (this.#isClosed) return Promise.resolve(toAnswer('cancel'));
    const id = this.#newId(asked.codexId);
    return new Promise((resolve) => {
      const approval = { id, ...asked.approval };
      this.#open.set(id, { requestId: request.id, approval, resolve, toAnswer });
      if (file !== undefined) {
        this.#options.files.raise({ id, ...file }, (decision) => void this.answer(id, decision));
      }
      this.#options.onDidChange();
    });
  }

  /** False when nothing waits under that id any more. */
  answer(id: string, decision: ApprovalDecision): boolean {
    const question = this.#open.get(id);
    if (question === undefined) return false;
    this.#open.delete(id);
    this.#options.files.withdraw(id);
    question.resolve(question.toAnswer(decision));
    this.#options.onDidChange();
    return true;
  }

  /** `serverRequest/resolved`: the server no longer wants an answer to that request. */
  withdraw(requestId: unknown): void {
    for (const [id, question] of this.#open) if (question.requestId === requestId) this.answer(id, 'decline');
  }

  /** The turn is to end, or has ended: what waits is cancelled, and nothing is asked any more. */
  dispose(): void {
    this.#isClosed = true;
    for (const id of [...this.#open.keys()]) this.answer(id, 'cancel');
  }

  /** Becomes a file name. Codex asks twice about one item, and an answer must not count for both. */
  #newId(codexId: string): string {
    const isUsable = isSafeId(codexId) && !this.#usedIds.has(codexId);
    const id = isUsable ? codexId : `approval-${randomBytes(4).toString('hex')}`;
    this.#usedIds.add(id);
    return id;
  }
}
