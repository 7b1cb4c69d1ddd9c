import type { Disposable } from '../base/disposable';
import { isRecord, optionalString } from '../base/record';
import { singleLine } from './threadTitle';
import type { PendingApproval } from './thread';

/** What a person may answer. `cancel` also interrupts the turn. */
export type ApprovalDecision = 'accept' | 'acceptForSession' | 'decline' | 'cancel';

interface OpenQuestion {
  readonly requestId: string | number;
  readonly approval: PendingApproval;
  readonly resolve: (answer: unknown) => void;
  readonly toAnswer: (decision: ApprovalDecision) => unknown;
}

/** What the server asks, reduced to what an answer needs. */
export interface ApprovalRequest {
  /** The server's own id of the request; the first one is 0. */
  readonly id: string | number;
  readonly method: string;
  readonly params: unknown;
}

/** Keeps what codex asks during one run until somebody answers, the server withdraws it, or the run ends. */
export class ApprovalDesk implements Disposable {
  readonly #open = new Map<string, OpenQuestion>();
  readonly #onDidChange: () => void;
  readonly #filesOf: (itemId: string) => readonly string[];
  #counter = 0;
  #isClosed = false;

  /** `filesOf`: the files that a `fileChange` item is about; the request itself does not name them. */
  constructor(onDidChange: () => void, filesOf: (itemId: string) => readonly string[]) {
    this.#onDidChange = onDidChange;
    this.#filesOf = filesOf;
  }

  /** The question that has waited longest. */
  get first(): PendingApproval | undefined {
    return this.#open.values().next().value?.approval;
  }

  /** Resolves with the result for the server; undefined where we do not know the kind of question. */
  ask(request: ApprovalRequest): Promise<unknown> | undefined {
    const kind = kindOf(request.method);
    const params = isRecord(request.params) ? request.params : {};
    if (kind === undefined) return undefined;
    // Nobody is to be asked what no longer matters.
    if (this.#isClosed) return Promise.resolve(answerOf(kind, params, 'cancel'));
    const itemId = optionalString(params.itemId) ?? '';
    const id = `${itemId}-${this.#counter++}`;
    const reason = optionalString(params.reason);
    const approval: PendingApproval = {
      id,
      kind,
      summary: summaryOf(kind, params, this.#filesOf(itemId)),
      reason: reason === undefined ? undefined : singleLine(reason),
    };
    return new Promise((resolve) => {
      this.#open.set(id, {
        requestId: request.id,
        approval,
        resolve,
        toAnswer: (decision) => answerOf(kind, params, decision),
      });
      this.#onDidChange();
    });
  }

  /** False when nothing waits under that id any more. */
  answer(id: string, decision: ApprovalDecision): boolean {
    const question = this.#open.get(id);
    if (question === undefined) return false;
    this.#open.delete(id);
    question.resolve(question.toAnswer(decision));
    this.#onDidChange();
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
}

function kindOf(method: string): PendingApproval['kind'] | undefined {
  switch (method) {
    case 'item/commandExecution/requestApproval':
      return 'command';
    case 'item/fileChange/requestApproval':
      return 'fileChange';
    case 'item/permissions/requestApproval':
      return 'permissions';
    default:
      return undefined;
  }
}

function summaryOf(
  kind: PendingApproval['kind'],
  params: Record<string, unknown>,
  files: readonly string[],
): string {
  switch (kind) {
    case 'command':
      return `wants to run ${singleLine(optionalString(params.command) ?? 'a command')}`;
    case 'fileChange': {
      const [first, ...others] = files;
      const root = optionalString(params.grantRoot);
      const what = first ?? root;
      if (what === undefined) return 'wants to change files';
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      return `wants to change ${singleLine(what)}${more}`;
    }
    case 'permissions':
      return `wants for this turn: ${permissionsText(params.permissions)}`;
  }
}

/** "the network, to write /tmp/x": what a request for permissions spells out. */
function permissionsText(permissions: unknown): string {
  if (!isRecord(permissions)) return 'more permissions';
  const { network, fileSystem } = permissions;
  const parts = isRecord(network) && network.enabled === true ? ['the network'] : [];
  if (isRecord(fileSystem)) parts.push(`files: ${JSON.stringify(withoutNulls(fileSystem))}`);
  return singleLine(parts.join(', ') || JSON.stringify(permissions));
}

/** The server takes decisions as words, but wants granted permissions spelled out. */
function answerOf(
  kind: PendingApproval['kind'],
  params: Record<string, unknown>,
  decision: ApprovalDecision,
): unknown {
  if (kind !== 'permissions') return { decision };
  const isGranted = decision === 'accept' || decision === 'acceptForSession';
  return {
    permissions: isGranted && isRecord(params.permissions) ? withoutNulls(params.permissions) : {},
    scope: decision === 'acceptForSession' ? 'session' : 'turn',
  };
}

/** Codex asks with null for what it does not want, but takes a grant only without such fields. */
function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}
