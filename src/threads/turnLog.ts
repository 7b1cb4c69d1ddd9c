import { logBodies } from '../state/logBodies';
import type { TurnStep } from './turnProgress';

/** The log lines of a step, in the words that the CLI writes and reads back. */
export function logLinesOf(step: TurnStep): string[] {
  switch (step.kind) {
    case 'commandStarted':
      return [logBodies.commandStarted(step.command)];
    case 'commandCompleted':
      return [logBodies.commandCompleted(step.command, step.exitCode)];
    case 'commandRejected':
      return [logBodies.commandRejected(step.command, step.status)];
    case 'fileEdited':
      return [logBodies.fileEdited(step.path, step.edit)];
    case 'fileChangeRejected':
      return [logBodies.fileChangeRejected(step.paths, step.status)];
    case 'commentary':
      return [logBodies.commentary(step.text)];
    case 'reviewTaken':
      return [logBodies.reviewOutput(step.review)];
    case 'error':
      return logBodies.errorLines(step.message, step.willRetry);
  }
}
