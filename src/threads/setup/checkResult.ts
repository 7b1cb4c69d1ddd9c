import { errorText, UserError } from '../../base/userError';
import type { Remedy } from '../../base/userError';
import { singleLine } from '../threadTitle';

/** What one check has found. */
export interface CheckResult {
  readonly verdict: 'pass' | 'warning' | 'error';
  /** What is so, in a few words. */
  readonly fact: string;
  /** More about it; what to do, where something is not right. */
  readonly detail?: string;
  /** What can be done about it, the likeliest first. */
  readonly remedies?: readonly Remedy[];
}

/** The result of a check that failed with `error`. */
export function failed(fact: string, error: unknown): CheckResult {
  if (!(error instanceof UserError)) {
    return { verdict: 'error', fact, detail: `Unexpected error: ${errorText(error)}` };
  }
  return { verdict: 'error', fact, detail: error.message, remedies: error.remedies };
}

/** The result of `check`, each text on one line, or after `patienceMs` that there is none. Never rejects. */
export async function withinReason(check: Promise<CheckResult>, patienceMs: number): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    const fact = `No answer within ${patienceMs / 1000} s`;
    timer = setTimeout(() => resolve({ verdict: 'error', fact }), patienceMs);
  });
  const result = check.catch((error: unknown) => failed('Could not be checked', error));
  const { fact, detail, ...rest } = await Promise.race([result, late]);
  clearTimeout(timer);
  return { ...rest, fact: singleLine(fact), ...(detail === undefined ? {} : { detail: singleLine(detail) }) };
}
