import type { UnknownRecord } from '../base/record';
import type { RunFigures } from './entryNote';
import { sumOfChanges, summaryOfGoal } from './runSummary';
import type { ThreadRunStatus } from './threadIndex';

/** How a run of ours ended, in the form of the CLI's run records. */
export interface RunOutcome {
  readonly status: Exclude<ThreadRunStatus, 'running'>;
  /** The agent's final answer, or what there is of it. */
  readonly output: string;
  /** Why it ended, in the words of a row; undefined where the status says all. */
  readonly reason?: string | undefined;
  /** Why, in the words of the CLI: `Thread killed by user` after a kill. */
  readonly error?: string | undefined;
  /** `kind`: `add`, `delete` or `update`. */
  readonly filesChanged: readonly { path: string; kind: string; diff: string }[];
  readonly commandsRun: readonly {
    command: string;
    exitCode: number | null;
    durationMs: number | null;
  }[];
  /** Of all turns of the thread, where codex told. */
  readonly totalTokens?: number | undefined;
  /** What the thread is to reach, where it is to reach something. */
  readonly goal?:
    { objective: string; status: string; tokenBudget: number | undefined; tokensUsed: number } | undefined;
}

/** What the index entry keeps of it. */
export function figuresOf({ filesChanged, totalTokens, goal }: RunOutcome): RunFigures {
  return { changes: sumOfChanges(filesChanged), totalTokens, goal: summaryOfGoal(goal) };
}

/** The fields of a run record that the end of the run sets. A failed run keeps its phase and no output. */
export function terminalFields(outcome: RunOutcome, startedAt: Date, endedAt: Date): UnknownRecord {
  const hasFailed = outcome.status === 'failed';
  return {
    status: outcome.status,
    ...(hasFailed ? {} : { phase: 'finalizing' }),
    completedAt: endedAt.toISOString(),
    elapsed: hasFailed ? null : elapsedText(endedAt.getTime() - startedAt.getTime()),
    output: hasFailed || outcome.output === '' ? null : outcome.output,
    filesChanged: outcome.filesChanged,
    commandsRun: outcome.commandsRun,
    error: outcome.error ?? null,
    pendingApproval: null,
    pendingQuestion: null,
    ...(outcome.goal === undefined ? {} : { goal: recordedGoal(outcome.goal, endedAt) }),
  };
}

/** As the CLI notes it; `turns` counts those of the run. */
function recordedGoal(goal: NonNullable<RunOutcome['goal']>, at: Date): UnknownRecord {
  const { objective, status, tokenBudget = null, tokensUsed } = goal;
  return { objective, status, tokenBudget, tokensUsed, turns: 1, updatedAt: at.toISOString() };
}

/** `3s`, `1m 5s`: whole seconds of a time in ms, as the CLI writes them; `0s` where that makes no sense. */
export function elapsedText(ms: number): string {
  const seconds = Number.isFinite(ms) ? Math.max(0, Math.round(ms / 1000)) : 0;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}
