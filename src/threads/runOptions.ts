import { UserError } from '../base/userError';

export const SANDBOX_MODES = ['read-only', 'workspace-write', 'danger-full-access'] as const;
export const APPROVAL_POLICIES = ['never', 'on-request', 'untrusted'] as const;

export type SandboxMode = (typeof SANDBOX_MODES)[number];
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];

/** How one turn is to be run. */
export interface RunOptions {
  /** Undefined: codex's own default. */
  readonly model: string | undefined;
  /** Undefined: the model's own default. */
  readonly reasoningEffort: string | undefined;
  readonly sandbox: SandboxMode;
  readonly approvalPolicy: ApprovalPolicy;
  readonly timeoutSeconds: number;
}

/** What a source (the settings, the CLI's config.json) says; a field it does not set is undefined. */
export interface RunPreferences {
  readonly model?: string | undefined;
  readonly reasoningEffort?: string | undefined;
  readonly sandbox?: string | undefined;
  readonly approvalPolicy?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
}

/** The CLI's own defaults. */
export const DEFAULT_RUN_OPTIONS: RunOptions = {
  model: undefined,
  reasoningEffort: undefined,
  sandbox: 'workspace-write',
  approvalPolicy: 'never',
  timeoutSeconds: 1200,
};

const MAX_TIMEOUT_SECONDS = 2_147_483; // beyond it a Node timer overflows; the CLI has the same limit

/**
 * Field by field the first source that sets it, else the CLI's default.
 * @throws UserError when a value is none that codex knows.
 */
export function resolveRunOptions(...sources: readonly RunPreferences[]): RunOptions {
  const first = <K extends keyof RunPreferences>(key: K): RunPreferences[K] =>
    sources.map((source) => source[key]).find((value) => value !== undefined && value !== '');
  return {
    model: first('model'),
    reasoningEffort: first('reasoningEffort'),
    sandbox: oneOf('sandbox', SANDBOX_MODES, first('sandbox') ?? DEFAULT_RUN_OPTIONS.sandbox),
    approvalPolicy: approvalPolicyOf(first('approvalPolicy') ?? DEFAULT_RUN_OPTIONS.approvalPolicy),
    timeoutSeconds: checkedTimeout(first('timeoutSeconds') ?? DEFAULT_RUN_OPTIONS.timeoutSeconds),
  };
}

/** "workspace-write", "never asks": what a turn may do by itself. */
export function limitsOf({ sandbox, approvalPolicy }: RunOptions): string[] {
  const asks = {
    never: 'never asks',
    'on-request': 'asks to leave the sandbox',
    untrusted: 'asks before unknown commands',
  };
  return [sandbox, asks[approvalPolicy]];
}

/** The CLI also knows `on-failure` and `auto`, which codex no longer takes: both ask when codex wants to. */
function approvalPolicyOf(value: string): ApprovalPolicy {
  if (value === 'on-failure' || value === 'auto') return 'on-request';
  return oneOf('approval policy', APPROVAL_POLICIES, value);
}

function oneOf<T extends string>(what: string, allowed: readonly T[], value: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new UserError(`“${value}” is no ${what} that Codex knows. Use one of: ${allowed.join(', ')}.`, {
    remedies: [{ kind: 'openSettings', query: 'codexCollab' }],
  });
}

function checkedTimeout(seconds: number): number {
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return seconds;
  throw new UserError(
    `The timeout of ${seconds} seconds cannot be used. Use a number from 1 to ${MAX_TIMEOUT_SECONDS}.`,
    { remedies: [{ kind: 'openSettings', query: 'codexCollab.timeoutSeconds' }] },
  );
}
