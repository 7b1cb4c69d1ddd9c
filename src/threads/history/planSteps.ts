import { isRecord } from '../../base/record';
import type { PlanStep } from './turn';

/** Checks the `plan` of `turn/plan/updated`; undefined when it is none or empty. */
export function parsePlan(value: unknown): readonly PlanStep[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const steps = value.filter(isRecord).flatMap(({ step, status }): PlanStep[] => {
    if (typeof step !== 'string') return [];
    return [{ step, status: status === 'completed' || status === 'inProgress' ? status : 'pending' }];
  });
  return steps.length === 0 ? undefined : steps;
}
