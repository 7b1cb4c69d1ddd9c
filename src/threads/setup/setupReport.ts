import type { CheckResult } from './checkResult';
import { SETUP_CHECKS } from './setupChecks';
import type { SetupCheck } from './setupChecks';

/** The results as plain text for an issue, below a line that says on what they were found. */
export function setupReport(
  environment: string,
  results: Readonly<Partial<Record<SetupCheck, CheckResult>>>,
): string {
  const checks = Object.keys(SETUP_CHECKS) as SetupCheck[];
  const lines = checks.flatMap((check) => {
    const result = results[check];
    if (result === undefined) return [];
    const { verdict, fact, detail } = result;
    const more = detail === undefined ? [] : [`    ${detail}`];
    return [`[${verdict}] ${SETUP_CHECKS[check]}: ${fact}`, ...more];
  });
  return `${[environment, ...lines].join('\n')}\n`;
}
