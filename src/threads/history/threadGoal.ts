import { isRecord } from '../../base/record';

/** What a thread is to reach, over as many turns as it takes. */
export interface ThreadGoal {
  readonly objective: string;
  /** active, paused, blocked, usageLimited, budgetLimited, complete; with the CLI also cleared. */
  readonly status: string;
  readonly tokenBudget: number | undefined;
  readonly tokensUsed: number;
}

/** Checks the `goal` of `thread/goal/get`, of `thread/goal/updated` or of a run record; undefined when it is none. */
export function parseGoal(value: unknown): ThreadGoal | undefined {
  if (!isRecord(value) || typeof value.objective !== 'string') return undefined;
  const { objective, status, tokenBudget, tokensUsed } = value;
  return {
    objective,
    status: typeof status === 'string' ? status : 'active',
    tokenBudget: typeof tokenBudget === 'number' ? tokenBudget : undefined,
    tokensUsed: typeof tokensUsed === 'number' ? tokensUsed : 0,
  };
}
